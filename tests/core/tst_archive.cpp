// SPDX-License-Identifier: Apache-2.0
// Old months of a server's log go into a file, and nothing that was proven is lost on the way.
#include "core/audit/archive/ArchiveCheck.h"
#include "core/audit/archive/ArchiveError.h"
#include "core/audit/archive/ArchivedTree.h"
#include "core/audit/archive/Archiver.h"
#include "core/audit/checkpoint/CheckpointSigner.h"
#include "core/audit/proof/EventProver.h"
#include "core/audit/verify/Verifier.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/MemoryTree.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QFile>
#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

constexpr int kEachMonth = 300; // runs of seals end between the months, and within

/// Three months of sealed and signed events, whose edges lie among one another; a partition each.
class Scene
{
public:
    Scene()
    {
        {
            const Workbench laidOut(m_place.path());
        }
        ForeignClient raw(m_place.path(), 5000);
        for (const QByteArray month : {"01", "02", "03"}) {
            const QByteArray name = "action_audit_log_2026_" + month;
            const QByteArray next = "0" + QByteArray::number(month.toInt() + 1);
            raw.must("CREATE TABLE " + name + " PARTITION OF action_audit_log FOR VALUES FROM ('2026-" + month
                     + "') TO ('2026-" + next + "')");
            raw.must(
                "CREATE TRIGGER andon_log_truncate BEFORE TRUNCATE ON " + name
                + " FOR EACH STATEMENT EXECUTE FUNCTION andon_refuse('Audit log is append-only: an event cannot be "
                  "removed', 'ND005')");
        }
        for (int i = 0; i < 3 * kEachMonth; ++i) {
            const int month = std::clamp((i + (i % 7 == 0 ? 5 : 0)) / kEachMonth, 0, 2) + 1;
            m_events +=
                "INSERT INTO action_audit_log(event_type, event_data, actor, timestamp, created_at) VALUES('note', "
                "'{\"n\": "
                + QByteArray::number(i) + "}', 'agent', 'x', '2026-0" + QByteArray::number(month) + "-10 12:00:00');";
        }
        raw.must(m_events);
        sign();
    }

    void sign() const
    {
        Database database(m_place.location(), existing());
        CheckpointSigner(database, {keys(), {}}).sign();
    }
    [[nodiscard]] QString keys() const { return m_place.file(QStringLiteral("keys")); }
    [[nodiscard]] QString file() const { return m_place.file(QStringLiteral("old.archive")); }
    [[nodiscard]] QString path() const { return m_place.path(); }

    [[nodiscard]] Archiver::Result archive(const QString &before, const QString &to = {}) const
    {
        Workbench bench(path(), {}, existing());
        return Archiver(bench.database, bench.auditor).archive(before, to.isEmpty() ? file() : to).value();
    }
    [[nodiscard]] VerifyReport verify(const QStringList &archives = {}) const
    {
        Verifier::Options options;
        options.keyFolder = keys();
        options.archives = archives;
        return Verifier(m_place.location(), options).verify().value();
    }
    void attack(const QByteArray &sql) const
    {
        ForeignClient raw(path(), 5000);
        raw.must("ALTER TABLE action_audit_log DISABLE TRIGGER USER; " + sql
                 + "; ALTER TABLE action_audit_log ENABLE TRIGGER USER");
    }

    TemporaryDatabase m_place;
    QByteArray m_events;
};

QString refusal(const Scene &scene, const QString &before)
{
    try {
        static_cast<void>(scene.archive(before));
    } catch (const Error &error) {
        return error.message();
    }
    return QStringLiteral("it was archived");
}

} // namespace

class TestArchive : public QObject
{
    Q_OBJECT

private slots:
    void ranges();
    void rootFromSomeLeaves();
    void s8_logIsWholeWithoutItsOldEvents();
    void s8_fileStandsByItself();
    void s8_editedFileIsFound();
    void s8_proofsStayValid();
    void s8_removedEventsAreNoArchive();
    void s8_twice();
    void whatMayNotGo();
    void givenUpLeavesNothing();
};

void TestArchive::ranges()
{
    LeafRanges some;
    for (const qint64 leaf : {0, 1, 2, 5, 6, 9})
        some.append(leaf);
    QCOMPARE(some.toText(), QStringLiteral("0+3 5+2 9+1"));
    QVERIFY(LeafRanges::parse(some.toText()) == some);
    QCOMPARE(some.count(), 6);
    QVERIFY(some.contains(2) && !some.contains(3) && some.contains(9) && !some.contains(10));
    QVERIFY(some.overlap(3, 6) && !some.overlap(3, 5) && !some.overlap(10, 100));
    for (const char *nonsense : {"5+2 5+1", "1+0", "-1+2", "a+1", "1"})
        QVERIFY(LeafRanges::parse(QString::fromLatin1(nonsense)).ranges().empty());
    LeafRanges others = LeafRanges::parse(QStringLiteral("3+2 20+1"));
    others.unite(some);
    QCOMPARE(others.toText(), QStringLiteral("0+7 9+1 20+1"));
}

void TestArchive::rootFromSomeLeaves()
{
    constexpr qint64 kMost = 40;
    MemoryTree memory;
    std::vector<TreeHash> leaves;
    for (qint64 i = 0; i < kMost; ++i) {
        leaves.push_back(leafHash(std::to_string(i)));
        memory.append(leaves.back());
    }
    for (qint64 size = 1; size <= kMost; ++size) {
        for (qint64 first = 0; first < size; first += 3) {
            for (qint64 count = 1; first + count <= size; count += 4) {
                LeafRanges some;
                for (qint64 leaf = first; leaf < first + count; ++leaf)
                    some.append(leaf);
                qint64 next = first;
                const TreeHash root = ArchivedTree::root(size, some, memory,
                                                         [&] { return leaves.at(static_cast<std::size_t>(next++)); });
                QVERIFY(root == MerkleTree(memory).root(size));
                QCOMPARE(next, first + count);
            }
        }
    }
}

void TestArchive::s8_logIsWholeWithoutItsOldEvents()
{
    ANDON_POSTGRESQL_ONLY("a file has no partitions");
    const Scene scene;
    QVERIFY2(scene.verify().isWhole(), qPrintable(scene.verify().toText()));
    const Archiver::Result result = scene.archive(QStringLiteral("2026-03"));
    QCOMPARE(result.record.months, QStringLiteral("2026-01 2026-02"));
    QVERIFY(result.record.events > kEachMonth);
    QVERIFY(result.record.leaves.ranges().size() > 1); // the edge between February and March
    ForeignClient raw(scene.path());
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log WHERE created_at < '2026-03'"), 0);
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'archived'"), 1);
    scene.sign();
    const VerifyReport report = scene.verify();
    QVERIFY2(report.conclusion() == VerifyReport::Conclusion::Whole, qPrintable(report.toText()));
    QCOMPARE(report.archived, result.record.events);
    QCOMPARE(report.sealed, 3 * kEachMonth + 1);
    QVERIFY(report.toText().contains(result.record.sha256));
    QVERIFY(!report.archives.first().isChecked);
    const VerifyReport both = scene.verify({scene.file()});
    QVERIFY2(both.isWhole(), qPrintable(both.toText()));
    QVERIFY(both.archives.first().isChecked);
    QVERIFY(raw.run("DELETE FROM andon_archive").contains("append-only"));
}

void TestArchive::s8_fileStandsByItself()
{
    ANDON_POSTGRESQL_ONLY("a file has no partitions");
    const Scene scene;
    const Archiver::Result result = scene.archive(QStringLiteral("2026-02"));
    QVERIFY(ArchiveContent::isArchive(scene.file()));
    QVERIFY(ArchiveContent::read(scene.file())->isWhole());
    Verifier::Options options;
    options.keyFolder = scene.keys();
    const VerifyReport report = Verifier(DatabaseLocation::parse(scene.file()), options).verify().value();
    QVERIFY2(report.conclusion() == VerifyReport::Conclusion::Whole, qPrintable(report.toText()));
    QCOMPARE(report.entries, result.record.events);
}

void TestArchive::s8_editedFileIsFound()
{
    ANDON_POSTGRESQL_ONLY("a file has no partitions");
    const Scene scene;
    static_cast<void>(scene.archive(QStringLiteral("2026-02")));
    ForeignClient(scene.file())
        .must("UPDATE action_audit_log SET actor = 'nobody' WHERE id = 17; DELETE FROM "
              "action_audit_log WHERE id = 30");
    const ArchiveContent content = ArchiveContent::read(scene.file()).value();
    QVERIFY(!content.isWhole());
    QCOMPARE(content.edited, QList<EventId>{EventId(17)});
    QCOMPARE(content.missing, QList<EventId>{EventId(30)});
    QVERIFY(thrown<InvalidInputError>([&] { static_cast<void>(scene.verify({scene.file()})); }));
    Verifier::Options options;
    options.keyFolder = scene.keys();
    QVERIFY(!Verifier(DatabaseLocation::parse(scene.file()), options).verify()->isWhole());
}

void TestArchive::s8_proofsStayValid()
{
    ANDON_POSTGRESQL_ONLY("a file has no partitions");
    const Scene scene;
    std::optional<EventProver::SignedTree> tree;
    TlogProof before;
    {
        Database database(scene.m_place.location(), existing());
        EventProver prover(database);
        tree = prover.newestTree(0);
        before = prover.prove(prover.find(EventId(850)), *tree);
    }
    static_cast<void>(scene.archive(QStringLiteral("2026-03")));
    Database database(scene.m_place.location(), existing());
    EventProver prover(database);
    QVERIFY(prover.prove(prover.find(EventId(850)), *tree).hashes == before.hashes);
    QVERIFY(thrown<NotFoundError>([&] { static_cast<void>(prover.find(EventId(3))); }));
}

void TestArchive::s8_removedEventsAreNoArchive()
{
    ANDON_POSTGRESQL_ONLY("a file has no partitions");
    const Scene scene;
    scene.attack("DELETE FROM action_audit_log WHERE id BETWEEN 20 AND 29");
    ForeignClient(scene.path())
        .must(
            "INSERT INTO andon_archive(months, first_event, last_event, events, leaves, last_proposal, tree_size, root, "
            "file, sha256, archived_by, archived_at, event_id) SELECT '2026-01', 20, 29, 10, '19+10', 0, tree_size, "
            "root, 'x', 'x', 'x', 'x', 1 FROM andon_checkpoint");
    const VerifyReport report = scene.verify();
    QCOMPARE(report.counts.value(VerifyFinding::Kind::Missing), 10);
    QCOMPARE(report.counts.value(VerifyFinding::Kind::Unprotected), 1);
}

void TestArchive::s8_twice()
{
    ANDON_POSTGRESQL_ONLY("a file has no partitions");
    const Scene scene;
    static_cast<void>(scene.archive(QStringLiteral("2026-02")));
    scene.sign();
    const QString second = scene.m_place.file(QStringLiteral("second.archive"));
    static_cast<void>(scene.archive(QStringLiteral("2026-03"), second));
    scene.sign();
    const VerifyReport report = scene.verify({scene.file(), second});
    QVERIFY2(report.conclusion() == VerifyReport::Conclusion::Whole, qPrintable(report.toText()));
    QCOMPARE(report.archives.size(), 2);
    scene.attack("DELETE FROM action_audit_log WHERE id = (SELECT max(id) - 5 FROM action_audit_log)");
    QCOMPARE(scene.verify().counts.value(VerifyFinding::Kind::Missing), 1);
}

void TestArchive::whatMayNotGo()
{
    if (!isOnPostgres()) {
        const TemporaryDatabase place;
        Workbench bench(place.path());
        Archiver archiver(bench.database, bench.auditor);
        QVERIFY(thrown<ArchiveError>([&] { static_cast<void>(archiver.archive("2026-03", place.file("x"))); }));
        return;
    }
    const Scene scene;
    QVERIFY(refusal(scene, QStringLiteral("2026-1")).contains("written as"));
    QVERIFY(refusal(scene, QStringLiteral("2999-01")).contains("not begun"));
    QVERIFY(refusal(scene, QStringLiteral("2026-01")).contains("none before"));
    {
        ForeignClient raw(scene.path());
        raw.must("INSERT INTO action_proposals(id, action_name) VALUES(5, 'x')");
        scene.attack("UPDATE action_audit_log SET proposal_id = 5 WHERE id = 5");
        QVERIFY(refusal(scene, QStringLiteral("2026-03")).contains("still open"));
        scene.attack("UPDATE action_audit_log SET proposal_id = NULL WHERE id = 5");
        raw.must("UPDATE action_proposals SET status = 'cancelled'");
        scene.attack("UPDATE action_audit_log SET actor = 'nobody' WHERE id = 5");
        QVERIFY(refusal(scene, QStringLiteral("2026-03")).contains("not what was sealed"));
        scene.attack("UPDATE action_audit_log SET actor = 'agent' WHERE id = 5");
        raw.must("INSERT INTO action_audit_log(event_type, actor, timestamp, created_at) VALUES('late', 'agent', 'x', "
                 "'2026-01-31 23:59:59')");
        QVERIFY(refusal(scene, QStringLiteral("2026-03")).contains("not covered"));
    }
    QVERIFY(!QFile::exists(scene.file()));
    QCOMPARE(ForeignClient(scene.path()).number("SELECT count(*) FROM action_audit_log"), 3 * kEachMonth + 1);
}

void TestArchive::givenUpLeavesNothing()
{
    ANDON_POSTGRESQL_ONLY("a file has no partitions");
    const Scene scene;
    for (const bool isLate : {false, true}) {
        Workbench bench(scene.path(), {}, existing());
        Archiver archiver(bench.database, bench.auditor);
        QVERIFY(!archiver.archive(QStringLiteral("2026-03"), scene.file(),
                                  [isLate](bool isReadingBack, qint64, qint64) { return isLate && !isReadingBack; }));
        QVERIFY(!QFile::exists(scene.file()));
        QVERIFY(!QFile::exists(scene.file() + ".part"));
    }
    QCOMPARE(ForeignClient(scene.path()).number("SELECT count(*) FROM action_audit_log"), 3 * kEachMonth);
}

QTEST_GUILESS_MAIN(TestArchive)
#include "tst_archive.moc"
