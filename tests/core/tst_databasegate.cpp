// SPDX-License-Identifier: Apache-2.0
// What the database itself refuses, to programs that know nothing of Andon and write plain SQL.
#include "tests/support/AgentDatabase.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QElapsedTimer>
#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

const QString kBlocked = QStringLiteral("Action execution blocked: observe-only mode is active");

enum class Closed { Observe, Stopped, RowMissing };

using Way = QPair<const char *, QByteArray>;

/// In SQLite's own words, which the gate must not be got around by.
QList<Way> waysOfSqlite()
{
    return {
        {"UPDATE OR IGNORE", "UPDATE OR IGNORE action_proposals SET status = 'executing' WHERE id = 1"},
        {"UPDATE OR REPLACE", "UPDATE OR REPLACE action_proposals SET status = 'executing' WHERE id = 1"},
        {"UPDATE OR FAIL", "UPDATE OR FAIL action_proposals SET status = 'executing' WHERE id = 1"},
        {"INSERT OR IGNORE", "INSERT OR IGNORE INTO action_proposals(action_name, status) VALUES('a', 'executing')"},
        {"INSERT OR REPLACE",
         "INSERT OR REPLACE INTO action_proposals(id, action_name, status) VALUES(1, 'a', 'executing')"},
        {"REPLACE by rowid", "REPLACE INTO action_proposals(rowid, action_name, status) VALUES(1, 'a', 'executing')"},
    };
}

QList<Way> waysOfPostgres()
{
    return {
        {"MERGE that updates",
         "MERGE INTO action_proposals AS p USING (SELECT 1) AS s ON p.id = 1 "
         "WHEN MATCHED THEN UPDATE SET status = 'executing'"},
        {"MERGE that inserts",
         "MERGE INTO action_proposals AS p USING (SELECT 1) AS s ON p.id = 900 "
         "WHEN NOT MATCHED THEN INSERT (action_name, status) VALUES('a', 'executing')"},
        {"UPDATE inside a SELECT",
         "WITH started AS (UPDATE action_proposals SET status = 'executing' WHERE id = 1 RETURNING id) "
         "SELECT count(*) FROM started"},
        {"UPDATE behind a savepoint",
         "BEGIN; SAVEPOINT s; UPDATE action_proposals SET status = 'executing' WHERE id = 1; RELEASE s; COMMIT"},
        {"UPDATE of one's own snapshot",
         "BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE action_proposals SET status = 'executing' WHERE id = 1; COMMIT"},
        {"UPDATE in a block that catches others",
         "DO $$ BEGIN UPDATE action_proposals SET status = 'executing' WHERE id = 1; "
         "EXCEPTION WHEN division_by_zero THEN NULL; END $$"},
    };
}

} // namespace

Q_DECLARE_METATYPE(Closed)

class TestDatabaseGate : public QObject
{
    Q_OBJECT

private slots:
    void s3_plainSqlCannotStartAnAction_data();
    void s3_plainSqlCannotStartAnAction();
    void s3_aRefusedProgramKeepsNoLock_data();
    void s3_aRefusedProgramKeepsNoLock();
    void s3_aKillAfterARefusedProgramIsNotDelayed();
    void s3_plainSqlCannotStartAnActionInAnAdoptedDatabase_data();
    void s3_plainSqlCannotStartAnActionInAnAdoptedDatabase();
    void plainSqlStartsAnActionWhileExecutionIsEnabled();
    void whatRunsMayGoOnToItsEndAfterAStop();
    void s5_aFinalStatusStaysFinal_data();
    void s5_aFinalStatusStaysFinal();
    void s8_theLogRefusesToForget_data();
    void s8_theLogRefusesToForget();
    void s8_theLogOfAnAdoptedDatabaseRefusesToForget();
    void s8_plainSqlMayAppendToTheLog();
    void s5_theEpochNeverGoesBack_data();
    void s5_theEpochNeverGoesBack();
};

void TestDatabaseGate::s3_plainSqlCannotStartAnAction_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<Closed>("closed");
    const QList<QPair<const char *, Closed>> states{
        {"observe", Closed::Observe}, {"stopped", Closed::Stopped}, {"no state row", Closed::RowMissing}};
    const QList<Way> ways = (isOnPostgres() ? waysOfPostgres() : waysOfSqlite())
        + QList<Way>{
            {"UPDATE", "UPDATE action_proposals SET status = 'executing' WHERE id = 1"},
            {"UPDATE of all", "UPDATE action_proposals SET status = 'executing'"},
            {"UPDATE FROM",
             "UPDATE action_proposals SET status = s.v FROM (SELECT 'executing' AS v) AS s WHERE id = 1"},
            {"UPDATE by expression", "UPDATE action_proposals SET status = 'exec' || 'uting' WHERE id = 1"},
            {"UPDATE of row values", "UPDATE action_proposals SET (status, reason) = ('executing', 'x') WHERE id = 1"},
            {"INSERT", "INSERT INTO action_proposals(action_name, status) VALUES('a', 'executing')"},
            {"INSERT of many",
             "INSERT INTO action_proposals(action_name, status) VALUES('a', 'proposed'), ('b', 'executing')"},
            {"INSERT ON CONFLICT DO NOTHING",
             "INSERT INTO action_proposals(id, action_name, status) VALUES(1, 'a', 'executing') ON CONFLICT DO NOTHING"},
            {"upsert",
             "INSERT INTO action_proposals(id, action_name) VALUES(1, 'a') "
             "ON CONFLICT(id) DO UPDATE SET status = 'executing'"},
            {"INSERT SELECT",
             "INSERT INTO action_proposals(action_name, status) "
             "SELECT action_name, 'executing' FROM action_proposals"},
        };
    for (const auto &[state, closed] : states) {
        for (const auto &[way, sql] : ways)
            QTest::addRow("%s, %s", state, way) << sql << closed;
    }
}

void TestDatabaseGate::s3_plainSqlCannotStartAnAction()
{
    QFETCH(QByteArray, sql);
    QFETCH(Closed, closed);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.proposeValidated();
    bench.proposeValidated();
    if (closed == Closed::Stopped) {
        bench.arm();
        bench.controller.killSwitch("test");
        bench.proposeValidated(); // proposed after the stop, so still alive
        sql.replace("id = 1", "id = 3").replace("VALUES(1,", "VALUES(3,");
    }
    ForeignClient agent(temporary.path());
    if (closed == Closed::RowMissing)
        agent.must("DELETE FROM andon_safety_state");
    const QStringList before = agent.rows("SELECT id, status FROM action_proposals");

    const QString error = agent.run(sql);
    QVERIFY2(!error.isEmpty(), "the program was not refused");
    if (!(closed == Closed::Stopped && error.startsWith("Action is final")))
        QCOMPARE(error, kBlocked);
    QVERIFY(agent.isAutocommit());
    QCOMPARE(agent.rows("SELECT id, status FROM action_proposals"), before);
}

void TestDatabaseGate::s3_aRefusedProgramKeepsNoLock_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::newRow("deferred") << QByteArray("BEGIN");
    QTest::newRow("immediate") << QByteArray("BEGIN IMMEDIATE");
    QTest::newRow("exclusive") << QByteArray("BEGIN EXCLUSIVE");
    QTest::newRow("savepoint") << QByteArray(isOnPostgres() ? "BEGIN; SAVEPOINT s" : "SAVEPOINT s");
}

void TestDatabaseGate::s3_aRefusedProgramKeepsNoLock()
{
    QFETCH(QByteArray, begin);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.proposeValidated();
    ForeignClient agent(temporary.path());
    agent.must(begin);
    agent.must("INSERT INTO action_audit_log(proposal_id, event_type, actor, timestamp) "
               "VALUES(1, 'executing', 'agent', '2026-01-31T09:00:00.000+00:00')");
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'executing' WHERE id = 1"), kBlocked);
    QVERIFY(agent.isAutocommit()); // although the program has not rolled back
    ForeignClient other(temporary.path());
    QCOMPARE(other.run("BEGIN IMMEDIATE; COMMIT"), QString());
    QCOMPARE(bench.countEvents("executing"), 0); // what it wrote before the refusal is gone with it
}

void TestDatabaseGate::s3_aKillAfterARefusedProgramIsNotDelayed()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.proposeValidated();
    ForeignClient agent(temporary.path());
    agent.must("BEGIN IMMEDIATE");
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'executing' WHERE id = 1"), kBlocked);
    bench.database.setLockTimeout(std::chrono::milliseconds(0)); // it must not need to wait at all
    const StopReceipt receipt = bench.controller.killSwitch("test");
    QCOMPARE(receipt.stage, StopReceipt::Stage::Completed);
    QCOMPARE(receipt.cancelledCount, 1);
}

void TestDatabaseGate::s3_plainSqlCannotStartAnActionInAnAdoptedDatabase_data()
{
    QTest::addColumn<AgentDatabase::Columns>("columns");
    QTest::newRow("all columns") << AgentDatabase::Columns::Full;
    QTest::newRow("few columns") << AgentDatabase::Columns::Few;
}

void TestDatabaseGate::s3_plainSqlCannotStartAnActionInAnAdoptedDatabase()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    QFETCH(AgentDatabase::Columns, columns);
    const TemporaryDatabase temporary;
    const AgentDatabase made(temporary.path(), columns);
    ForeignClient agent(temporary.path()); // was there before, and stays connected
    agent.must("UPDATE action_proposals SET status = 'validated' WHERE id = 1");
    Workbench bench(temporary.path());
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'executing' WHERE id = 1"), kBlocked);
    QVERIFY(agent.isAutocommit());
    bench.arm();
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'executing' WHERE id = 1"), QString());
    bench.controller.killSwitch("test");
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'executing' WHERE id = 5"), kBlocked);
}

void TestDatabaseGate::plainSqlStartsAnActionWhileExecutionIsEnabled()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.proposeValidated();
    bench.arm();
    ForeignClient agent(temporary.path());
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'executing' WHERE id = 1"), QString());
    QCOMPARE(agent.run("INSERT INTO action_proposals(action_name, status) VALUES('b', 'executing')"), QString());
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'failed' WHERE id = 1"), QString());
}

void TestDatabaseGate::whatRunsMayGoOnToItsEndAfterAStop()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.proposeValidated();
    bench.proposeValidated();
    bench.arm();
    ForeignClient agent(temporary.path());
    agent.must("UPDATE action_proposals SET status = 'executing'");
    bench.controller.killSwitch("test");
    QCOMPARE(agent.run("UPDATE action_proposals SET reason = 'still executing', status = 'executing' WHERE id = 1"),
             QString());
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'completed' WHERE id = 1"), QString());
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'failed' WHERE id = 2"), QString());
    QCOMPARE(agent.run("UPDATE action_proposals SET status = 'executing' WHERE id = 2"), kBlocked);
}

void TestDatabaseGate::s5_aFinalStatusStaysFinal_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("sql");
    const QByteArray orIgnore = isOnPostgres() ? "" : "OR IGNORE ";
    const QByteArray replacement = isOnPostgres()
        ? "INSERT INTO action_proposals(id, action_name) VALUES(1, 'a') ON CONFLICT DO NOTHING"
        : "INSERT OR REPLACE INTO action_proposals(id, action_name) VALUES(1, 'a')";
    for (const char *from : {"cancelled", "completed"}) {
        for (const char *to : {"proposed", "validated", "executing", "failed", "some other"}) {
            QTest::addRow("%s to %s", from, to)
                << QByteArray(from) << QByteArray("UPDATE action_proposals SET status = '") + to + "' WHERE id = 1";
        }
        QTest::addRow("%s to nothing", from)
            << QByteArray(from) << QByteArray("UPDATE " + orIgnore + "action_proposals SET status = NULL WHERE id = 1");
        QTest::addRow("%s replaced", from) << QByteArray(from) << replacement;
        QTest::addRow("%s, upsert", from) << QByteArray(from)
                                          << QByteArray("INSERT INTO action_proposals(id, action_name) VALUES(1, 'a') "
                                                        "ON CONFLICT(id) DO UPDATE SET status = 'validated'");
    }
}

void TestDatabaseGate::s5_aFinalStatusStaysFinal()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, sql);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.proposeValidated();
    bench.arm(); // not even while execution is enabled
    ForeignClient agent(temporary.path());
    agent.must("UPDATE action_proposals SET status = '" + from + "' WHERE id = 1");
    const QString error = agent.run(sql);
    QVERIFY2(error.startsWith("Action is final"), qPrintable(error));
    QVERIFY(agent.isAutocommit());
    QCOMPARE(agent.value("SELECT status FROM action_proposals WHERE id = 1"), QString(from));
    QCOMPARE(agent.run("UPDATE action_proposals SET reason = 'a note' WHERE id = 1"), QString());
}

void TestDatabaseGate::s8_theLogRefusesToForget_data()
{
    QTest::addColumn<QByteArray>("sql");
    const auto row = [](const char *name, const QByteArray &sql) { QTest::newRow(name) << sql; };
    const QByteArray columns = "(id, event_type, actor, timestamp) VALUES";
    row("UPDATE", "UPDATE action_audit_log SET actor = 'nobody' WHERE id = 1");
    row("UPDATE of an id", "UPDATE action_audit_log SET id = 9 WHERE id = 1");
    row("UPDATE of nothing new", "UPDATE action_audit_log SET actor = actor");
    row("DELETE", "DELETE FROM action_audit_log WHERE id = 1");
    row("DELETE of all", "DELETE FROM action_audit_log");
    row("an id that is taken", "INSERT INTO action_audit_log" + columns + "(1, 'x', 'x', 'x')");
    row("upsert of nothing", "INSERT INTO action_audit_log" + columns + "(1, 'x', 'x', 'x') ON CONFLICT DO NOTHING");
    row("id 0", "INSERT INTO action_audit_log" + columns + "(0, 'x', 'x', 'x')");
    row("id -1", "INSERT INTO action_audit_log" + columns + "(-1, 'x', 'x', 'x')");
    if (isOnPostgres()) {
        // As whoever owns the tables may do it, to the partition that the events are in.
        const auto inPartition = [&row](const char *name, const QByteArray &sql) {
            row(name,
                "DO $$ BEGIN EXECUTE format($format$" + sql
                    + "$format$, (SELECT tableoid::regclass FROM action_audit_log LIMIT 1)); END $$");
        };
        inPartition("UPDATE of the partition", "UPDATE %s SET actor = 'nobody'");
        inPartition("DELETE from the partition", "DELETE FROM %s");
        inPartition("TRUNCATE of the partition", "TRUNCATE %s");
        row("TRUNCATE", "TRUNCATE action_audit_log");
        row("TRUNCATE of the rest", "TRUNCATE action_audit_log_default");
        row("TRUNCATE with all that refers to it", "TRUNCATE action_audit_log RESTART IDENTITY CASCADE");
        row("an id that is taken, in another month",
            "INSERT INTO action_audit_log(id, event_type, actor, timestamp, created_at) "
            "VALUES(1, 'x', 'x', 'x', '1999-01-01 00:00:00')");
        row("upsert",
            "INSERT INTO action_audit_log" + columns
                + "(1, 'x', 'x', 'x') ON CONFLICT(id, created_at) DO UPDATE SET actor = 'nobody'");
        row("MERGE that updates",
            "MERGE INTO action_audit_log AS l USING (SELECT 1) AS s ON l.id = 1 "
            "WHEN MATCHED THEN UPDATE SET actor = 'nobody'");
        row("MERGE that deletes",
            "MERGE INTO action_audit_log AS l USING (SELECT 1) AS s ON l.id = 1 WHEN MATCHED THEN DELETE");
        row("DELETE inside a SELECT",
            "WITH gone AS (DELETE FROM action_audit_log RETURNING id) SELECT count(*) FROM gone");
        return;
    }
    row("UPDATE OR IGNORE", "UPDATE OR IGNORE action_audit_log SET event_data = '{}'");
    row("UPDATE OR REPLACE of an id", "UPDATE OR REPLACE action_audit_log SET id = 2 WHERE id = 1");
    row("INSERT OR REPLACE", "INSERT OR REPLACE INTO action_audit_log" + columns + "(1, 'x', 'x', 'x')");
    row("REPLACE by rowid",
        "REPLACE INTO action_audit_log(rowid, event_type, actor, timestamp) VALUES(1, 'x', 'x', 'x')");
    row("REPLACE by oid, as text",
        "REPLACE INTO action_audit_log(oid, event_type, actor, timestamp) VALUES('1', 'x', 'x', 'x')");
    row("REPLACE by a real number", "REPLACE INTO action_audit_log" + columns + "(1.0, 'x', 'x', 'x')");
    row("REPLACE by SELECT", "REPLACE INTO action_audit_log SELECT * FROM action_audit_log");
    row("upsert",
        "INSERT INTO action_audit_log" + columns + "(1, 'x', 'x', 'x') ON CONFLICT(id) DO UPDATE SET actor = 'nobody'");
    row("upsert, any conflict",
        "INSERT INTO action_audit_log" + columns + "(1, 'x', 'x', 'x') ON CONFLICT DO UPDATE SET actor = 'nobody'");
    row("id -5, replaced", "INSERT OR REPLACE INTO action_audit_log" + columns + "(-5, 'x', 'x', 'x')");
}

void TestDatabaseGate::s8_theLogRefusesToForget()
{
    QFETCH(QByteArray, sql);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.proposeValidated();
    ForeignClient agent(temporary.path());
    const QStringList before = agent.rows("SELECT * FROM action_audit_log");
    QCOMPARE(before.size(), 2);
    agent.must("BEGIN IMMEDIATE");
    const QString error = agent.run(sql);
    QVERIFY2(error.startsWith("Audit log is append-only"), qPrintable(error));
    QVERIFY(agent.isAutocommit());
    QCOMPARE(agent.rows("SELECT * FROM action_audit_log"), before);
}

void TestDatabaseGate::s8_theLogOfAnAdoptedDatabaseRefusesToForget()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase temporary;
    const AgentDatabase made(temporary.path(), AgentDatabase::Columns::Few);
    const Workbench bench(temporary.path());
    ForeignClient agent(temporary.path());
    const QByteArray values = "VALUES(1, 'x', 'x', 'x')";
    for (const QByteArray &sql :
         {QByteArray("UPDATE action_audit_log SET actor = 'nobody'"), QByteArray("DELETE FROM action_audit_log"),
          "INSERT OR REPLACE INTO action_audit_log(id, event_type, actor, timestamp) " + values})
        QVERIFY2(agent.run(sql).startsWith("Audit log is append-only"), sql.constData());
    QCOMPARE(agent.number("SELECT count(*) FROM action_audit_log"), AgentDatabase::kEvents);
}

void TestDatabaseGate::s8_plainSqlMayAppendToTheLog()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.propose();
    ForeignClient agent(temporary.path());
    QCOMPARE(agent.run("INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
                       "VALUES(1, 'its_own_type', '{\"a\": 1}', 'agent', '2026-01-31T09:00:00.000+00:00')"),
             QString());
    QCOMPARE(agent.run("INSERT INTO action_audit_log(id, event_type, actor, timestamp) VALUES(77, 'x', 'x', 'x')"),
             QString());
    const QByteArray unlessThere = isOnPostgres() ? "INSERT INTO action_audit_log(event_type, actor, timestamp) "
                                                    "VALUES('x', 'x', 'x') ON CONFLICT DO NOTHING"
                                                  : "INSERT OR IGNORE INTO action_audit_log(event_type, actor, "
                                                    "timestamp) VALUES('x', 'x', 'x')";
    QCOMPARE(agent.run(unlessThere), QString());
    QCOMPARE(bench.auditor.events().size(), 4);
}

void TestDatabaseGate::s5_theEpochNeverGoesBack_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("an older epoch") << QByteArray("UPDATE andon_safety_state SET epoch = epoch - 1");
    QTest::newRow("a mode under the same epoch")
        << QByteArray("UPDATE andon_safety_state SET mode = 'execute', tripped = 0");
    QTest::newRow("the latch under the same epoch") << QByteArray("UPDATE andon_safety_state SET tripped = 0");
}

void TestDatabaseGate::s5_theEpochNeverGoesBack()
{
    QFETCH(QByteArray, sql);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.controller.killSwitch("test");
    const SafetyState before = bench.state();
    ForeignClient agent(temporary.path());
    QVERIFY2(agent.run(sql).startsWith("Safety state refused"), "the program was not refused");
    QVERIFY(agent.isAutocommit());
    QCOMPARE(bench.state(), before);
}

QTEST_GUILESS_MAIN(TestDatabaseGate)
#include "tst_databasegate.moc"
