// SPDX-License-Identifier: Apache-2.0
// Every event is sealed, in the order of the ids, in the transaction that wrote it, or at a server by its sealer; and
// nothing about the seals keeps a stop from being recorded.

#include "core/audit/seal/Sealer.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/SealOracle.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QtTest>

#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

const char *const kForeignEvent = "INSERT INTO action_audit_log(event_type, event_data, actor, timestamp) "
                                  "VALUES('note', '{\"n\": 1}', 'agent', '2026-01-31T12:00:00.000+00:00')";

AuditEvent noteEvent(const QString &data = QStringLiteral("{\"n\": 1}"))
{
    AuditEvent one;
    one.eventType = QStringLiteral("note");
    one.eventData = data;
    one.actor = Actor::kSystem;
    return one;
}

void writeForeign(const QString &path, int count)
{
    ForeignClient raw(path, 5000);
    raw.must("BEGIN IMMEDIATE");
    for (int i = 0; i < count; ++i)
        raw.must(kForeignEvent);
    raw.must("COMMIT");
}

/// What the operator's program does at a server, where nobody seals what it appends.
void sealAtServer(Database &database)
{
    if (isOnPostgres())
        Sealer(database, AgentTables::read(database).auditColumns).sealAll();
}

std::string entryOf(Database &database, const QString &where = QStringLiteral("id = 1"))
{
    const EntryLayout layout = EntryLayout::of(database);
    std::string entry;
    database.visit(QStringLiteral("SELECT %1 FROM action_audit_log WHERE %2").arg(layout.selectList(), where), {},
                   [&](const StoredRow &row) {
                       layout.serialise(row, entry);
                       return false;
                   });
    return entry;
}

} // namespace

class TestSealer : public QObject
{
    Q_OBJECT

private slots:
    void anEntryIsAsDocumented();
    void anEntryHoldsWhateverIsStored();
    void aColumnThatIsAddedChangesNoEntry();
    void anEntryComesBackFromItsJson();
    void whatIsAppendedIsSealedWithIt();
    void whatIsRolledBackIsNotSealed();
    void aRollbackLeavesNothingOfItsTreeBehind();
    void gapsAndLongTransactions();
    void aNodeIsFoundAtEachPlace();
    void theNextOpenerSealsWhatOthersWrote();
    void aLongBacklogIsSealedStepByStep();
    void twoSealAtOnce();
    void s8_theSealsRefuseToBeChanged_data();
    void s8_theSealsRefuseToBeChanged();
    void s1_noDamageToTheSealsKeepsAStopFromBeingRecorded_data();
    void s1_noDamageToTheSealsKeepsAStopFromBeingRecorded();
};

void TestSealer::anEntryIsAsDocumented()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    ForeignClient(temporary.path())
        .must("INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp, created_at) "
              "VALUES(417, 42, 'failed', '{\"error\":\"caf\xc3\xa9\"}', 'agent', '2026-01-31T12:00:00.000+00:00', "
              "'2026-01-31 12:00:00')");
    QCOMPARE(entryOf(bench.database, QStringLiteral("id = 417")),
             std::string("andon-audit-entry/1\n"
                         "5:actor,t5:agent,"
                         "10:created_at,t19:2026-01-31 12:00:00,"
                         "10:event_data,t17:{\"error\":\"caf\xc3\xa9\"},"
                         "10:event_type,t6:failed,"
                         "2:id,i3:417,"
                         "11:proposal_id,i2:42,"
                         "9:timestamp,t29:2026-01-31T12:00:00.000+00:00,"));
}

void TestSealer::anEntryHoldsWhateverIsStored()
{
    ANDON_SQLITE_ONLY("elsewhere a column holds what its type says");
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    // SQLite stores what it is given, whatever the column says.
    ForeignClient(temporary.path())
        .must("INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp, created_at) "
              "VALUES(1, 'x', x'00ff', CAST(x'c328' AS TEXT), 1.5, -7, '')");
    QByteArray expected(
        "andon-audit-entry/1\n5:actor,t3:1.5,10:created_at,t0:,10:event_data,t2:\xc3\x28,10:event_type,b2:");
    expected.append('\0').append('\xff').append(",2:id,i1:1,11:proposal_id,t1:x,9:timestamp,t2:-7,");
    QCOMPARE(entryOf(bench.database), expected.toStdString());
}

void TestSealer::aColumnThatIsAddedChangesNoEntry()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.auditor.logEvent(noteEvent());
    const std::string before = entryOf(bench.database);
    ForeignClient raw(temporary.path());
    raw.must("ALTER TABLE action_audit_log ADD COLUMN severity TEXT");
    QCOMPARE(entryOf(bench.database), before);
    Workbench later(temporary.path());
    raw.must(
        "INSERT INTO action_audit_log(event_type, actor, timestamp, severity) VALUES('note', 'agent', 'now', 3.25)");
    QVERIFY(entryOf(later.database, QStringLiteral("id = 2")).find("8:severity,t4:3.25,") != std::string::npos);
    later.controller.recover();
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
}

void TestSealer::anEntryComesBackFromItsJson()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    ForeignClient raw(temporary.path());
    // SQLite keeps bytes where text belongs; a server has columns of other types.
    raw.must(isOnPostgres() ? "ALTER TABLE action_audit_log ADD COLUMN weight double precision, ADD COLUMN raw bytea, "
                              "ADD COLUMN is_urgent boolean, ADD COLUMN at timestamptz, ADD COLUMN cost numeric"
                            : "ALTER TABLE action_audit_log ADD COLUMN weight");
    raw.must(
        isOnPostgres()
            ? "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp, weight, raw, "
              "is_urgent, at, cost) VALUES(1, NULL, 'note', '{\"a\": \"\\u00e9\"}', 'agent', '2026', 2.5, x'00ff', "
              "true, '2026-01-31 12:00:00+00', 12345678901234567890.5), (2, 9007199254740993, '', NULL, "
              "'\xf0\x9f\x9b\x91', '', NULL, NULL, NULL, NULL, NULL)"
            : "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp, weight) VALUES"
              "(1, NULL, 'note', '{\"a\": \"\\u00e9\"}', 'agent', '2026', 2.5),"
              "(2, 9007199254740993, x'00ff', CAST(x'c328' AS TEXT), '\xf0\x9f\x9b\x91', '', NULL)");
    const EntryLayout layout = EntryLayout::of(bench.database);
    int rows = 0;
    bench.database.visit(QStringLiteral("SELECT %1 FROM action_audit_log").arg(layout.selectList()), {},
                         [&](const StoredRow &row) {
                             std::string entry;
                             layout.serialise(row, entry);
                             const QJsonDocument json(layout.toJson(row));
                             const QJsonObject back = QJsonDocument::fromJson(json.toJson()).object();
                             rows += EntryLayout::fromJson(back) == entry ? 1 : 0;
                             return true;
                         });
    QCOMPARE(rows, 2);
    for (const char *wrong : {R"({"id": 1.5})", R"({"id": true})", R"({"id": {"blob": "%%"}})", R"({"id": []})",
                              R"({"id": {"real": "12"}})", R"({"id": {"a": "b"}})", R"({"id": {}})"})
        QVERIFY_THROWS_EXCEPTION(InvalidInputError,
                                 static_cast<void>(EntryLayout::fromJson(QJsonDocument::fromJson(wrong).object())));
}

void TestSealer::whatIsAppendedIsSealedWithIt()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    for (int i = 1; i <= 20; ++i) {
        bench.auditor.logEvent(noteEvent());
        ForeignClient raw(temporary.path());
        QCOMPARE(raw.number("SELECT max(leaf + leaves) FROM andon_audit_seal"), isOnPostgres() ? i - 1 : i);
        sealAtServer(bench.database);
        QCOMPARE(raw.number("SELECT max(leaf + leaves) FROM andon_audit_seal"), i);
    }
    bench.arm();
    bench.proposeValidated();
    static_cast<void>(bench.controller.killSwitch("enough"));
    sealAtServer(bench.database);
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
}

void TestSealer::whatIsRolledBackIsNotSealed()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.auditor.logEvent(noteEvent());
    {
        const Transaction transaction(bench.database);
        bench.auditor.logEvent(noteEvent());
        sealAtServer(bench.database);
    }
    sealAtServer(bench.database);
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
    QCOMPARE(ForeignClient(temporary.path()).number("SELECT count(*) FROM action_audit_log"), 1);
    bench.auditor.logEvent(noteEvent());
    sealAtServer(bench.database);
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
}

void TestSealer::aRollbackLeavesNothingOfItsTreeBehind()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    Workbench other(temporary.path());
    Sealer sealer(bench.database, bench.auditor.tables().auditColumns);
    {
        const Transaction transaction(bench.database);
        bench.auditor.logEvent(noteEvent(QStringLiteral("{\"never\": 1}")));
        QCOMPARE(sealer.seal(10), 1); // as much as the other program seals below
    }
    other.auditor.logEvent(noteEvent(QStringLiteral("{\"stays\": 1}")));
    sealAtServer(other.database);
    writeForeign(temporary.path(), 1); // the tree is as large as the one that was rolled back, and another
    QCOMPARE(sealer.seal(10), 1);
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
}

void TestSealer::gapsAndLongTransactions()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.auditor.logEvent(noteEvent());
    sealAtServer(bench.database);
    ForeignClient(temporary.path()).must("UPDATE sqlite_sequence SET seq = 10 WHERE name = 'action_audit_log'");
    {
        Transaction transaction(bench.database);
        for (int i = 0; i < 300; ++i)
            bench.auditor.logEvent(noteEvent());
        transaction.commit();
    }
    ForeignClient(temporary.path())
        .must("INSERT INTO action_audit_log(id, event_type, actor, timestamp) VALUES(1000, 'note', 'agent', 'now')");
    bench.auditor.logEvent(noteEvent());
    sealAtServer(bench.database);
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
    QCOMPARE(ForeignClient(temporary.path()).rows("SELECT leaf, leaves, event_id FROM andon_audit_seal"),
             QStringList({"0|1|1", "1|128|11", "129|128|139", "257|44|267", "301|2|1000"}));

    SealTable table(bench.database);
    const QMap<qint64, qint64> leafOf{{1, 0}, {11, 1}, {138, 128}, {139, 129}, {310, 300}, {1000, 301}, {1001, 302}};
    for (auto place = leafOf.begin(); place != leafOf.end(); ++place) {
        QCOMPARE(table.leafOf(EventId(place.key())), place.value());
        QCOMPARE(table.eventAt(place.value()), EventId(place.key()));
    }
    for (const qint64 none : {0, 2, 10, 311, 999, 1002})
        QVERIFY(!table.leafOf(EventId(none)).has_value());
    QVERIFY(!table.eventAt(303).has_value());
}

void TestSealer::aNodeIsFoundAtEachPlace()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    constexpr qint64 kEvents = 1000;
    {
        Transaction transaction(bench.database);
        for (int i = 0; i < kEvents; ++i)
            bench.auditor.logEvent(noteEvent());
        transaction.commit();
    }
    sealAtServer(bench.database);
    SealTable table(bench.database);
    for (int level = 1; (qint64{1} << level) <= kEvents; ++level) {
        for (qint64 index = 0; ((index + 1) << level) <= kEvents; ++index)
            QCOMPARE(table.node(level, index),
                     nodeHash(table.node(level - 1, 2 * index), table.node(level - 1, 2 * index + 1)));
    }
    QVERIFY_THROWS_EXCEPTION(StorageError, static_cast<void>(table.node(0, kEvents)));
    QVERIFY_THROWS_EXCEPTION(StorageError, static_cast<void>(table.node(10, 0)));
    QCOMPARE(MerkleTree(table).root(kEvents), TreeEdge(kEvents, table).root());
}

void TestSealer::theNextOpenerSealsWhatOthersWrote()
{
    const TemporaryDatabase temporary;
    Workbench(temporary.path()).auditor.logEvent(noteEvent());
    writeForeign(temporary.path(), 700);
    Workbench next(temporary.path());
    next.controller.recover();
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
    writeForeign(temporary.path(), 3);
    next.auditor.logEvent(noteEvent()); // whoever writes seals what stands before it
    sealAtServer(next.database);
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
}

void TestSealer::aLongBacklogIsSealedStepByStep()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    writeForeign(temporary.path(), 3000);
    bench.auditor.logEvent(noteEvent()); // does not wait for all that
    QCOMPARE(complaintAboutSeals(temporary.path(), true), QString());
    const qint64 sealed = ForeignClient(temporary.path()).number("SELECT max(leaf + leaves) FROM andon_audit_seal");
    QVERIFY2(isOnPostgres() ? sealed == 0 : sealed > 0 && sealed < 1000, qPrintable(QString::number(sealed)));
    Sealer sealer(bench.database, bench.auditor.tables().auditColumns);
    QCOMPARE(sealer.countUnsealed(10'000), 3001 - sealed);
    int asked = 0;
    QVERIFY(sealer.sealAll([&asked] { return ++asked < 2; }) < 3001 - sealed);
    sealer.sealAll();
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
}

void TestSealer::twoSealAtOnce()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    writeForeign(temporary.path(), 2000);
    const auto seal = [&temporary] {
        Database database(temporary.location(), existing());
        Sealer sealer(database, AgentTables::read(database).auditColumns);
        while (sealer.seal(7) > 0) {}
    };
    std::thread other(seal);
    std::thread third(seal);
    for (int i = 0; i < 50; ++i)
        bench.auditor.logEvent(noteEvent());
    other.join();
    third.join();
    seal();
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
}

void TestSealer::s8_theSealsRefuseToBeChanged_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("update") << QByteArray("UPDATE andon_audit_seal SET hints = x'00'");
    QTest::newRow("delete") << QByteArray("DELETE FROM andon_audit_seal WHERE leaf = 1");
    QTest::newRow("a gap") << QByteArray("INSERT INTO andon_audit_seal VALUES(3, 1, 3, x'00', x'')");
    QTest::newRow("an earlier event") << QByteArray("INSERT INTO andon_audit_seal VALUES(2, 1, 2, x'00', x'')");
    QTest::newRow("no leaves") << QByteArray("INSERT INTO andon_audit_seal VALUES(2, 0, 3, x'00', x'')");
    QTest::newRow("identity update") << QByteArray("UPDATE andon_log_identity SET log_id = 'x'");
    QTest::newRow("identity delete") << QByteArray("DELETE FROM andon_log_identity");
    QTest::newRow("checkpoint update") << QByteArray("UPDATE andon_checkpoint SET note = 'x'");
    QTest::newRow("checkpoint delete") << QByteArray("DELETE FROM andon_checkpoint");
    const QByteArray insert = isOnPostgres() ? "INSERT INTO " : "INSERT OR REPLACE INTO ";
    const QList<QPair<const char *, QByteArray>> replacements{
        {"replace", "andon_audit_seal VALUES(1, 1, 2, x'00', x'')"},
        {"identity replace", "andon_log_identity(number, log_id, reason, since) VALUES(1, 'x', 'x', 'x')"},
        {"checkpoint replace", "andon_checkpoint VALUES(1, 1, x'', 'x', 'x', 'x', 'x')"}};
    for (const auto &[name, what] : replacements)
        QTest::newRow(name) << QByteArray(insert + what + (isOnPostgres() ? " ON CONFLICT DO NOTHING" : ""));
    if (!isOnPostgres())
        return;
    QTest::newRow("upsert") << QByteArray("INSERT INTO andon_audit_seal VALUES(1, 1, 2, x'00', x'') "
                                          "ON CONFLICT(leaf) DO UPDATE SET hashes = x'00'");
    QTest::newRow("identity upsert") << QByteArray(
        "INSERT INTO andon_log_identity(number, log_id, reason, since) VALUES(1, 'x', 'x', 'x') "
        "ON CONFLICT(number) DO UPDATE SET log_id = 'x'");
    QTest::newRow("checkpoint upsert") << QByteArray(
        "INSERT INTO andon_checkpoint VALUES(1, 1, x'', 'x', 'x', 'x', 'x') "
        "ON CONFLICT(id) DO UPDATE SET note = 'x'");
    QTest::newRow("merge") << QByteArray("MERGE INTO andon_audit_seal AS s USING (SELECT 1) AS x ON s.leaf = 1 "
                                         "WHEN MATCHED THEN DELETE");
    for (const char *table : {"andon_audit_seal", "andon_log_identity", "andon_checkpoint", "andon_archive"})
        QTest::addRow("truncate %s", table) << QByteArray("TRUNCATE ") + table + " CASCADE";
}

void TestSealer::s8_theSealsRefuseToBeChanged()
{
    QFETCH(QByteArray, sql);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    for (int i = 0; i < 2; ++i) {
        bench.auditor.logEvent(noteEvent());
        sealAtServer(bench.database);
    }
    ForeignClient raw(temporary.path());
    raw.must("INSERT INTO andon_checkpoint VALUES(1, 1, x'', 'note', 'key', 'id', 'now')");
    const QString refusal = raw.run(sql);
    QVERIFY2(refusal.contains("append-only"), qPrintable(refusal));
    QVERIFY(raw.isAutocommit());
    QCOMPARE(complaintAboutSeals(temporary.path()), QString());
}

void TestSealer::s1_noDamageToTheSealsKeepsAStopFromBeingRecorded_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::newRow("dropped") << QByteArray("DROP TABLE andon_audit_seal");
    QTest::newRow("another table") << QByteArray("DROP TABLE andon_audit_seal; CREATE TABLE andon_audit_seal(x TEXT)");
    QTest::newRow("huge leaf") << QByteArray("DROP TRIGGER andon_seal_order; INSERT INTO andon_audit_seal "
                                             "VALUES(9223372036854775800, 128, 9223372036854775800, x'', x'')");
    QTest::newRow("nonsense") << QByteArray("DROP TRIGGER andon_seal_order; INSERT INTO andon_audit_seal ")
            + (isOnPostgres() ? "VALUES(900, -5, -7, x'00', x'07')" : "VALUES(900, -5, 'x', 'y', 7)");
    QTest::newRow("no hashes") << QByteArray(
        "DROP TRIGGER andon_seal_update; UPDATE andon_audit_seal SET hashes = x''");
    QTest::newRow("a trigger that refuses") << QByteArray(
        "CREATE TRIGGER hostile BEFORE INSERT ON andon_audit_seal BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
}

void TestSealer::s1_noDamageToTheSealsKeepsAStopFromBeingRecorded()
{
    QFETCH(QByteArray, damage);
    const TemporaryDatabase temporary;
    {
        Workbench bench(temporary.path());
        bench.arm();
        bench.proposeValidated();
    }
    ForeignClient raw(temporary.path());
    raw.must(damage);
    Workbench bench(temporary.path());
    bench.controller.recover();
    const Trip trip = TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "test");
    bool isCommitted = false;
    for (int tries = 0; tries < 2 && !isCommitted; ++tries) { // as whoever stops does: it goes on until it is recorded
        try {
            isCommitted = bench.controller.commitStop(trip).stage == StopReceipt::Stage::Committed;
        } catch (const StorageError &) {
            QVERIFY(!bench.database.isInTransaction());
        }
    }
    QVERIFY(isCommitted);
    QCOMPARE(raw.value("SELECT mode || tripped FROM andon_safety_state"), "observe1");
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'mode_change' AND "
                        "json_extract(event_data, '$.new_mode') = 'observe'"),
             1);
}

QTEST_GUILESS_MAIN(TestSealer)
#include "tst_sealer.moc"
