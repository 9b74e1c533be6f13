// SPDX-License-Identifier: Apache-2.0
// What is copied from a file into a database of the engine of this run is what was there, to the byte, or nothing is.
#include "core/audit/checkpoint/CheckpointSigner.h"
#include "core/copy/CopyError.h"
#include "core/copy/LogCopy.h"
#include "core/copy/RowCheck.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

const QByteArrayList kTables{"action_proposals ORDER BY id",
                             "action_records ORDER BY id",
                             "action_audit_log ORDER BY id",
                             "andon_safety_state",
                             "andon_stop_receipt",
                             "andon_stop_target ORDER BY id",
                             "andon_log_identity ORDER BY number",
                             "andon_checkpoint ORDER BY id"};

/// A place for the target, and a source in a file beside it.
class Scene
{
public:
    Scene()
        : from(m_place.file(QStringLiteral("source.db")))
        , to(m_place.path())
    {
        const Workbench laidOut(from);
    }

    [[nodiscard]] std::optional<CopyReport> copy(const LogCopy::Progress &progress = {}) const
    {
        return copy(from, to, progress);
    }
    [[nodiscard]] std::optional<CopyReport> copy(const QString &source, const QString &target,
                                                 const LogCopy::Progress &progress = {}) const
    {
        return LogCopy(DatabaseLocation::parse(source), DatabaseLocation::parse(target), {keys(), true}).run(progress);
    }
    [[nodiscard]] QString keys() const { return m_place.file(QStringLiteral("keys")); }
    [[nodiscard]] QString file(const QString &name) const { return m_place.file(name); }

    void must(const QByteArray &sql) const { ForeignClient(from, 5000).must(sql); }
    void seal() const
    {
        Database database(DatabaseLocation::parse(from), existing());
        Sealer(database, AgentTables::read(database).auditColumns).sealAll();
    }
    QByteArray sign() const
    {
        Database database(DatabaseLocation::parse(from), existing());
        return CheckpointSigner(database, {keys(), {}}).sign().note;
    }
    /// Nothing that was written: no table, or an empty one.
    [[nodiscard]] bool isTargetEmpty() const
    {
        ForeignClient raw(to, 5000);
        const bool isLaidOut = raw.run("SELECT 1 FROM action_audit_log").isEmpty();
        return !isLaidOut || raw.number("SELECT count(*) FROM action_audit_log") == 0;
    }

    TemporaryDatabase m_place;
    QString from;
    QString to;
};

QString messageOf(const Scene &scene)
{
    try {
        static_cast<void>(scene.copy());
    } catch (const CopyError &error) {
        return error.message() + u' ' + error.cause();
    }
    return QStringLiteral("it was copied");
}

/// Texts that are altered by whoever is not careful, in events of several months and of none.
void fillWithOddities(const Scene &scene)
{
    ForeignClient raw(scene.from, 5000);
    const QByteArrayList texts{"NULL",
                               "''",
                               "'{\"a\": 1,  \"a\":2}'",
                               "'quote \" backslash \\ \\u0041 slash / it''s'",
                               "'tab' || char(9) || 'line' || char(10) || char(1) || char(127)",
                               "char(65279) || 'marked'",
                               "'\xF0\x9F\x9B\x91 \xE2\x80\xAE \xC3\xA9'",
                               "' spaces around '"};
    int number = 0;
    for (const QByteArray &text : texts) {
        const QByteArray month = QByteArray::number(1 + number % 3);
        raw.must("INSERT INTO action_audit_log(event_type, event_data, actor, timestamp, created_at) VALUES('note', "
                 + text + ", 'agent', '2026-0" + month + "-05T10:00:00', '2026-0" + month + "-05 10:00:00')");
        ++number;
    }
    raw.must("INSERT INTO action_audit_log(id, event_type, actor, timestamp, created_at) VALUES(100, 'note', 'agent', "
             "'yesterday', 'yesterday'), (101, 'note', 'agent', '', ''), (200, 'note', 'agent', '9999', '9999-12-31')");
}

} // namespace

class TestLogCopy : public QObject
{
    Q_OBJECT

private slots:
    void s8_copyIsTheSourceToTheByte();
    void s8_goesOnCountingWhereTheSourceWould();
    void s8_copyDefendsItself();
    void s5_latchedStopStaysLatched();
    void s8_whatCannotBeStoredIsNamed_data();
    void s8_whatCannotBeStoredIsNamed();
    void targetWithEventsIsRefused();
    void s10_sourceThatMayActIsRefused_data();
    void s10_sourceThatMayActIsRefused();
    void givenUpLeavesNothing();
    void s8_writtenToMeanwhile();
    void s8_andBack();
    void utf8_data();
    void utf8();
};

void TestLogCopy::s8_copyIsTheSourceToTheByte()
{
    const Scene scene;
    {
        Workbench bench(scene.from);
        bench.proposeValidated();
        bench.propose(QStringLiteral("drain_store"));
    }
    fillWithOddities(scene);
    scene.seal();
    scene.sign();
    const std::optional<CopyReport> report = scene.copy();
    QVERIFY(report);
    QVERIFY2(report->isFaithful(), qPrintable(report->headline() + report->verification.toText()));
    QVERIFY(report->verification.conclusion() == VerifyReport::Conclusion::Whole);
    ForeignClient source(scene.from);
    ForeignClient target(scene.to);
    for (const QByteArray &table : kTables)
        QCOMPARE(target.rows("SELECT * FROM " + table), source.rows("SELECT * FROM " + table));
    QCOMPARE(target.rows("SELECT leaf, leaves, event_id, hex(hashes), hex(hints) FROM andon_audit_seal ORDER BY leaf"),
             source.rows("SELECT leaf, leaves, event_id, hex(hashes), hex(hints) FROM andon_audit_seal ORDER BY leaf"));
}

void TestLogCopy::s8_goesOnCountingWhereTheSourceWould()
{
    const Scene scene;
    ForeignClient raw(scene.from);
    raw.must("INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES('note', 'agent', 'x')");
    raw.must("INSERT INTO action_proposals(id, action_name) VALUES(50, 'x'); DELETE FROM action_proposals");
    QVERIFY(scene.copy());
    ForeignClient target(scene.to);
    target.must("INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES('note', 'agent', 'x')");
    target.must("INSERT INTO action_proposals(action_name) VALUES('y')");
    QCOMPARE(target.rows("SELECT id FROM action_audit_log ORDER BY id"), QStringList({"1", "2"}));
    QCOMPARE(target.rows("SELECT id FROM action_proposals"), QStringList({"51"}));
}

void TestLogCopy::s8_copyDefendsItself()
{
    const Scene scene;
    fillWithOddities(scene);
    scene.seal();
    QVERIFY(scene.copy()->isFaithful());
    ForeignClient target(scene.to);
    QVERIFY(target.run("UPDATE action_audit_log SET actor = 'x'").contains("append-only"));
    QVERIFY(target.run("DELETE FROM action_audit_log").contains("append-only"));
    QVERIFY(target.run("INSERT INTO action_audit_log(id, event_type, actor, timestamp) VALUES(7, 'x', 'x', 'x')")
                .contains("append-only"));
    QVERIFY(target.run("INSERT INTO action_proposals(action_name, status) VALUES('x', 'executing')")
                .contains("observe-only"));
}

void TestLogCopy::s5_latchedStopStaysLatched()
{
    const Scene scene;
    {
        Workbench bench(scene.from);
        bench.proposeValidated();
        bench.arm();
        static_cast<void>(bench.controller.killSwitch(QStringLiteral("test")));
    }
    scene.seal();
    const std::optional<CopyReport> report = scene.copy();
    QVERIFY2(report->isFaithful(), qPrintable(report->verification.toText()));
    Workbench copied(scene.to, {}, existing());
    QVERIFY(copied.state().tripped);
    QVERIFY(copied.state().mode == SafetyMode::Observe);
    QVERIFY(copied.state() == Workbench(scene.from).state());
}

void TestLogCopy::s8_whatCannotBeStoredIsNamed_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("named");

    const QByteArray event = "INSERT INTO action_audit_log(id, event_type, event_data, actor, timestamp) VALUES(77, ";
    QTest::newRow("NUL") << event + "'note', 'a' || char(0) || 'b', 'agent', 'x')"
                         << "action_audit_log, id 77: the column event_data holds text with a NUL";
    QTest::newRow("not UTF-8") << event + "'note', CAST(x'61ff' AS TEXT), 'agent', 'x')"
                               << "action_audit_log, id 77: the column event_data holds text that is not UTF-8";
    QTest::newRow("bytes") << event + "'note', x'00ff', 'agent', 'x')"
                           << "action_audit_log, id 77: the column event_data holds bytes";
    QTest::newRow("text for a number") << QByteArray(
        "INSERT INTO action_audit_log(id, proposal_id, event_type, actor, timestamp) "
        "VALUES(77, 'seven', 'note', 'agent', 'x')")
                                       << "id 77: the column proposal_id holds text";
    QTest::newRow("fraction") << QByteArray(
        "INSERT INTO action_proposals(id, action_name, retry_count) VALUES(5, 'x', 1.5)")
                              << "action_proposals, id 5: the column retry_count holds a fraction";
    QTest::newRow("column of its own") << QByteArray("ALTER TABLE action_audit_log ADD COLUMN host TEXT") << "(host)";
}

void TestLogCopy::s8_whatCannotBeStoredIsNamed()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QString, named);
    const Scene scene;
    scene.must(sql);
    const QString message = messageOf(scene);
    QVERIFY2(message.contains(named), qPrintable(message));
    QVERIFY(scene.isTargetEmpty());
}

void TestLogCopy::targetWithEventsIsRefused()
{
    const Scene scene;
    {
        Workbench other(scene.to);
        other.propose();
    }
    const QStringList before = ForeignClient(scene.to).rows("SELECT * FROM action_audit_log");
    QVERIFY(messageOf(scene).contains("not empty"));
    QCOMPARE(ForeignClient(scene.to).rows("SELECT * FROM action_audit_log"), before);
    QCOMPARE(before.size(), 1);
}

void TestLogCopy::s10_sourceThatMayActIsRefused_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("why");

    QTest::newRow("execute") << QByteArray("UPDATE andon_safety_state SET mode = 'execute', epoch = epoch + 1")
                             << "execute mode";
    QTest::newRow("sweep") << QByteArray("UPDATE andon_safety_state SET sweep_pending = 1") << "stop under way";
    QTest::newRow("running") << QByteArray(
        "UPDATE andon_safety_state SET mode = 'execute', epoch = epoch + 1; INSERT INTO action_proposals(action_name, "
        "status) VALUES('x', 'executing'); UPDATE andon_safety_state SET mode = 'observe', epoch = epoch + 1")
                             << "running";
}

void TestLogCopy::s10_sourceThatMayActIsRefused()
{
    QFETCH(const QByteArray, sql);
    QFETCH(const QString, why);
    const Scene scene;
    scene.must(sql);
    const QString message = messageOf(scene);
    QVERIFY2(message.contains(why), qPrintable(message));
    QVERIFY(scene.isTargetEmpty());
}

void TestLogCopy::givenUpLeavesNothing()
{
    const Scene scene;
    fillWithOddities(scene);
    scene.seal();
    int asked = 0;
    QVERIFY(!scene.copy([&asked](bool, qint64, qint64) { return ++asked < 3; }));
    QVERIFY(scene.isTargetEmpty());
    QVERIFY(scene.copy()->isFaithful());
}

void TestLogCopy::s8_writtenToMeanwhile()
{
    const Scene scene;
    fillWithOddities(scene);
    scene.seal();
    ForeignClient writer(scene.from, 5000);
    const QString before = writer.value("SELECT count(*) FROM action_audit_log");
    bool isWritten = false;
    const std::optional<CopyReport> report = scene.copy([&](bool isVerifying, qint64, qint64) {
        if (!isVerifying && !isWritten) {
            writer.must("INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES('late', 'agent', 'x')");
            isWritten = true;
        }
        return true;
    });
    QVERIFY(isWritten);
    QVERIFY2(report->isFaithful(), qPrintable(report->verification.toText()));
    QCOMPARE(ForeignClient(scene.to).value("SELECT count(*) FROM action_audit_log"), before);
}

void TestLogCopy::s8_andBack()
{
    const Scene scene;
    fillWithOddities(scene);
    scene.seal();
    scene.sign();
    QVERIFY(scene.copy()->isFaithful());
    const QString again = scene.file(QStringLiteral("again.db"));
    const std::optional<CopyReport> report = scene.copy(scene.to, again);
    QVERIFY2(report->isFaithful(), qPrintable(report->headline() + report->verification.toText()));
    for (const QByteArray &table : kTables)
        QCOMPARE(ForeignClient(again).rows("SELECT * FROM " + table),
                 ForeignClient(scene.from).rows("SELECT * FROM " + table));
    QVERIFY(ForeignClient(again).run("DELETE FROM action_audit_log").contains("append-only"));
}

void TestLogCopy::utf8_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isGood");

    QTest::newRow("nothing") << QByteArray() << true;
    QTest::newRow("of each length") << QByteArray("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9B\x91") << true;
    QTest::newRow("the last there is") << QByteArray("\xF4\x8F\xBF\xBF") << true;
    QTest::newRow("beyond it") << QByteArray("\xF4\x90\x80\x80") << false;
    QTest::newRow("a surrogate") << QByteArray("\xED\xA0\x80") << false;
    QTest::newRow("before the surrogates") << QByteArray("\xED\x9F\xBF") << true;
    QTest::newRow("longer than need be") << QByteArray("\xC0\xAF") << false;
    QTest::newRow("three bytes for two") << QByteArray("\xE0\x9F\xBF") << false;
    QTest::newRow("four bytes for three") << QByteArray("\xF0\x8F\xBF\xBF") << false;
    QTest::newRow("cut off") << QByteArray("\xE2\x82") << false;
    QTest::newRow("a rest alone") << QByteArray("\x80") << false;
    QTest::newRow("another begins") << QByteArray("\xE2\xC3\xA9") << false;
}

void TestLogCopy::utf8()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const bool, isGood);
    QCOMPARE(isUtf8({bytes.constData(), static_cast<std::size_t>(bytes.size())}), isGood);
}

QTEST_GUILESS_MAIN(TestLogCopy)
#include "tst_logcopy.moc"
