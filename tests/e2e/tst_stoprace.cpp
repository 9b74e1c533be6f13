// SPDX-License-Identifier: Apache-2.0
// Promise S3 with real processes: nothing starts after a stop.

#include "core/gate/GateErrors.h"
#include "tests/e2e/support/MonotonicTime.h"
#include "tests/e2e/support/Program.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Journals.h"
#include "tests/support/Workbench.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QSet>
#include <QStandardPaths>
#include <QtTest>

using namespace andon;
using namespace andon::test;

namespace {

constexpr int kAgents = 8;

/// One round's stop: from here until the reset nothing may start.
struct StopWindow
{
    qint64 revokedNs = 0;
    qint64 resetNs = 0;
};

struct Claim
{
    QByteArray what;
    qint64 id = 0;
    qint64 lastLookNs = 0;
    qint64 startNs = 0;
};

QList<Claim> readClaims(const QString &log)
{
    QList<Claim> claims;
    for (const QByteArray &line : bytesOf(log).split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 4)
            claims << Claim{words.at(0), words.at(1).toLongLong(), words.at(2).toLongLong(), words.at(3).toLongLong()};
    }
    return claims;
}

void makeDatabase(const QString &path, const QByteArray &journal)
{
    static_cast<void>(Workbench(path)); // closed again: no other connection may be there for what follows
    ForeignClient(path).must("PRAGMA journal_mode=" + journal);
}

int roundsInAll()
{
    const int rounds = qEnvironmentVariableIntValue("ANDON_ROUNDS");
    return rounds > 0 ? rounds : 200;
}

} // namespace

class TestStopRace : public QObject
{
    Q_OBJECT

private slots:
    void s3_noClaimStartsAfterTheStop_data() { addJournals(); }
    void s3_noClaimStartsAfterTheStop();
    void s3_plainSqlIsRefusedAndHoldsNoLock_data();
    void s3_plainSqlIsRefusedAndHoldsNoLock();
    void s3_pythonIsRefusedAndHoldsNoLock_data() { addJournals(); }
    void s3_pythonIsRefusedAndHoldsNoLock();
    void s3_psqlIsRefusedAndHoldsNoLock_data();
    void s3_psqlIsRefusedAndHoldsNoLock();

private:
    StopWindow playRound(Workbench &operatorsBench, qint64 *revokedNs, int round);
    void checkLog(Workbench &bench, const QList<Claim> &claims);
    void checkWindows(const QList<StopWindow> &windows, const QList<Claim> &claims);
    void checkRefusal(const QString &path, Program &program);
    void checkNoLockIsHeld(const QString &path, Program &program);
};

StopWindow TestStopRace::playRound(Workbench &bench, qint64 *revokedNs, int round)
{
    bench.arm();
    QThread::msleep(QRandomGenerator::global()->bounded(5u, 40u)); // the agents claim as fast as they can
    constexpr int kEveryByCommand = 10;
    if (round % kEveryByCommand == kEveryByCommand - 1) {
        const CtlResult kill = andonctl(bench.database.location().name(), {QStringLiteral("kill")});
        if (kill.exitCode != 0)
            qWarning("andonctl kill: %d %s", kill.exitCode, qPrintable(kill.err));
        *revokedNs = monotonicNs();
    } else if (isOnPostgres()) { // nothing may start from when the server has the request
        Trip trip = TripSwitch(bench.database.location())
                        .trip(StopRequest::Kind::Stop, bench.auditor.by(), QStringLiteral("round %1").arg(round));
        bench.controller.deliverStop(trip);
        *revokedNs = monotonicNs();
        static_cast<void>(bench.controller.sweep(bench.controller.commitStop(trip)));
    } else {
        static_cast<void>(bench.controller.killSwitch(QStringLiteral("round %1").arg(round)));
    }
    StopWindow window{*revokedNs, 0};
    QThread::msleep(QRandomGenerator::global()->bounded(1u, 10u)); // whoever was late is late now
    const SafetyState state = bench.state();
    window.resetNs = monotonicNs();
    bench.controller.reset(state.stopId, QStringLiteral("next round"));
    return window;
}

void TestStopRace::s3_noClaimStartsAfterTheStop()
{
    QFETCH(QByteArray, journal);
    const TemporaryDatabase place;
    makeDatabase(place.path(), journal);

    qint64 revokedNs = 0;
    Database::Options options = existing(std::chrono::seconds(20));
    options.waiting = Database::Waiting::Eager; // a stop tries without pause
    Workbench bench(
        place.path(),
        [&revokedNs](ProtocolStep step) {
            if (step == ProtocolStep::PermitRevoked)
                revokedNs = monotonicNs();
        },
        options);

    std::vector<std::unique_ptr<Program>> agents;
    QStringList logs;
    for (int i = 0; i < kAgents; ++i) {
        logs << place.file(QStringLiteral("agent-%1.log").arg(i));
        agents.push_back(
            std::make_unique<Program>(testProgram(QStringLiteral("agent_loop")),
                                      QStringList{place.path(), logs.last(), QStringLiteral("agent-%1").arg(i)}));
    }
    Program foreign(testProgram(QStringLiteral("foreign_agent")), {place.path(), QStringLiteral("loop")});
    for (const auto &agent : agents)
        QVERIFY2(agent->says(QStringLiteral("ready")), qPrintable(agent->output()));
    QVERIFY2(foreign.says(QStringLiteral("ready")), qPrintable(foreign.output()));

    const int rounds = qMax(1, roundsInAll() / static_cast<int>(journals().size()));
    QList<StopWindow> windows;
    for (int round = 0; round < rounds; ++round)
        windows << playRound(bench, &revokedNs, round);
    static_cast<void>(bench.controller.killSwitch(QStringLiteral("the end")));
    windows << StopWindow{revokedNs, monotonicNs()};

    QList<Claim> claims;
    for (int i = 0; i < kAgents; ++i) {
        QVERIFY2(agents.at(static_cast<size_t>(i))->finish(), "an agent did not end");
        QCOMPARE(agents.at(static_cast<size_t>(i))->exitCode(), 0);
        claims << readClaims(logs.at(i));
    }
    QVERIFY(foreign.finish());

    checkWindows(windows, claims);
    checkLog(bench, claims);
    const auto started = std::count_if(claims.cbegin(), claims.cend(),
                                       [](const Claim &c) { return c.what == "started"; });
    qInfo("%d stops, %lld claims started, foreign agent: %s", static_cast<int>(windows.size()),
          static_cast<long long>(started), qPrintable(foreign.standardOutput().simplified()));
    QVERIFY2(started >= rounds / 4, "the agents hardly ran, so nothing was shown");
}

void TestStopRace::checkWindows(const QList<StopWindow> &windows, const QList<Claim> &claims)
{
    for (const Claim &claim : claims) {
        if (claim.what != "started")
            continue;
        QVERIFY(claim.lastLookNs > 0 && claim.lastLookNs <= claim.startNs);
        for (const StopWindow &window : windows)
            QVERIFY2(claim.lastLookNs <= window.revokedNs || claim.lastLookNs >= window.resetNs,
                     qPrintable(QStringLiteral("action %1 started: its last look began %2 us after the permit was gone")
                                    .arg(claim.id)
                                    .arg((claim.lastLookNs - window.revokedNs) / 1000)));
    }
}

void TestStopRace::checkLog(Workbench &bench, const QList<Claim> &claims)
{
    // In the order of the log: whatever begins to execute does so between an arm and the gate of the next stop.
    bool isOpen = false;
    qint64 executing = 0;
    ForeignClient raw(bench.database.location().name(), 5000);
    for (const QString &row :
         raw.rows("SELECT event_type, json_extract(event_data, '$.new_mode'), proposal_id, id "
                  "FROM action_audit_log WHERE event_type IN ('executing', 'mode_change') ORDER BY id")) {
        const QStringList columns = row.split(u'|');
        if (columns.at(0) == u"mode_change")
            isOpen = columns.at(1) == u"execute";
        else
            QVERIFY2(isOpen,
                     qPrintable(QStringLiteral("event %1: action %2 began to execute after the gate")
                                    .arg(columns.at(3), columns.at(2))));
        executing += columns.at(0) == u"executing" ? 1 : 0;
    }
    QVERIFY(executing > 0);

    // Each action of the agents is either in flight, or was, or was refused and cancelled.
    for (const Claim &claim : claims) {
        const QString status = raw.value("SELECT status FROM action_proposals WHERE id = "
                                         + QByteArray::number(claim.id));
        if (claim.what == "started")
            QVERIFY2(status == u"completed" || status == u"executing", qPrintable(status));
        else if (claim.what == "refused")
            QCOMPARE(status, QStringLiteral("cancelled"));
    }
    // Exactly one stop event a stop, and their counts are the cancelled actions.
    QCOMPARE(raw.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'kill_switch'"),
             raw.number("SELECT count(*) FROM andon_stop_receipt"));
    QCOMPARE(
        raw.number("SELECT sum(CAST(json_extract(event_data, '$.cancelled_count') AS INTEGER)) FROM action_audit_log "
                   "WHERE event_type = 'kill_switch'"),
        raw.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'cancelled' "
                   "AND json_extract(event_data, '$.stop_id') IS NOT NULL"));
    QCOMPARE(raw.number("SELECT count(*) FROM (SELECT proposal_id FROM action_audit_log WHERE event_type = 'cancelled' "
                        "GROUP BY proposal_id HAVING count(*) > 1) AS twice"),
             qint64(0));
    if (!isOnPostgres())
        QCOMPARE(raw.value("PRAGMA integrity_check"), QStringLiteral("ok"));
}

void TestStopRace::checkRefusal(const QString &path, Program &program)
{
    QVERIFY2(program.says(ObserveOnlyError::prefix()), qPrintable(program.output()));
    QCOMPARE(program.standardOutput().trimmed(), ObserveOnlyError::prefix());
    checkNoLockIsHeld(path, program);
}

void TestStopRace::checkNoLockIsHeld(const QString &path, Program &program)
{
    QVERIFY(program.isRunning()); // and its connection is still open

    ForeignClient next(path); // waits for no lock
    QCOMPARE(next.run("BEGIN IMMEDIATE"), QString());
    QCOMPARE(next.run("ROLLBACK"), QString());
    QCOMPARE(next.number("SELECT count(*) FROM action_proposals WHERE status = 'executing'"), qint64(0));
    QCOMPARE(next.number("SELECT count(*) FROM action_audit_log WHERE event_type = 'executing'"), qint64(0));

    Workbench stopper(path);
    QElapsedTimer timer;
    timer.start();
    const StopReceipt receipt = stopper.controller.killSwitch(QStringLiteral("the next stop"));
    QVERIFY(receipt.committedUs.has_value());
    constexpr qint64 kMostUs = 500'000;
    QVERIFY2(*receipt.committedUs < kMostUs, qPrintable(QStringLiteral("gate after %1 us").arg(*receipt.committedUs)));
    QVERIFY(program.isRunning());
    QVERIFY(program.finish());
}

void TestStopRace::s3_plainSqlIsRefusedAndHoldsNoLock_data()
{
    QTest::addColumn<QByteArray>("journal");
    QTest::addColumn<bool>("tripped");
    QTest::addColumn<QString>("sql");
    const QString plain = QStringLiteral("UPDATE action_proposals SET status='executing' WHERE id = 1");
    for (const bool tripped : {false, true}) {
        const char *when = tripped ? "stopped" : "observe";
        const QByteArrayList all = journals();
        for (const QByteArray &journal : all)
            QTest::addRow("%s, %s", when, journal.constData()) << journal << tripped << plain;
    }
    const auto variant = [](const char *name, const char *sql) {
        QTest::newRow(name) << journals().constFirst() << true << QString::fromLatin1(sql);
    };
    variant("event first",
            "INSERT INTO action_audit_log(proposal_id, event_type, actor, timestamp) "
            "VALUES(1, 'executing', 'agent', '2026-01-31T12:00:00+00:00');"
            "UPDATE action_proposals SET status='executing' WHERE id = 1");
    variant("every row", "UPDATE action_proposals SET status='executing'");
    variant("inserted so", "INSERT INTO action_proposals(action_name, status) VALUES('drain_store', 'executing')");
    variant("upsert",
            "INSERT INTO action_proposals(id, action_name) VALUES(1, 'd') "
            "ON CONFLICT(id) DO UPDATE SET status = 'executing'");
    variant("update from",
            "UPDATE action_proposals SET status = s FROM (SELECT 'executing' AS s) AS other WHERE id = 1");
    if (isOnPostgres())
        return;
    variant("or ignore", "UPDATE OR IGNORE action_proposals SET status='executing' WHERE id = 1");
    variant("or replace", "UPDATE OR REPLACE action_proposals SET status='executing' WHERE id = 1");
    variant("or abort", "UPDATE OR ABORT action_proposals SET status='executing' WHERE id = 1");
    variant("inserted or ignored",
            "INSERT OR IGNORE INTO action_proposals(action_name, status) VALUES('d', 'executing')");
    variant("replaced", "INSERT OR REPLACE INTO action_proposals(id, action_name, status) VALUES(1, 'd', 'executing')");
}

void TestStopRace::s3_plainSqlIsRefusedAndHoldsNoLock()
{
    QFETCH(QByteArray, journal);
    QFETCH(bool, tripped);
    QFETCH(QString, sql);
    const TemporaryDatabase place;
    makeDatabase(place.path(), journal);
    {
        Workbench bench(place.path());
        if (tripped)
            static_cast<void>(bench.controller.killSwitch());
        bench.proposeValidated();
    }
    Program program(testProgram(QStringLiteral("foreign_agent")), {place.path(), QStringLiteral("once"), sql});
    checkRefusal(place.path(), program);
}

void TestStopRace::s3_pythonIsRefusedAndHoldsNoLock()
{
    ANDON_SQLITE_ONLY("Python brings SQLite along; on a server psql is tried");
    QFETCH(QByteArray, journal);
    const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
    if (python.isEmpty())
        QSKIP("There is no python3 here.");
    const TemporaryDatabase place;
    makeDatabase(place.path(), journal);
    Workbench(place.path()).proposeValidated();
    // Its default isolation opens the transaction by itself; nobody rolls back after the exception.
    const QString script = QStringLiteral("import sqlite3, sys\n"
                                          "c = sqlite3.connect(sys.argv[1])\n"
                                          "try:\n"
                                          "    c.execute(\"UPDATE action_proposals SET status='executing'\")\n"
                                          "    c.commit()\n"
                                          "except sqlite3.Error as e:\n"
                                          "    print(e, flush=True)\n"
                                          "sys.stdin.read()\n");
    Program program(python, {QStringLiteral("-c"), script, place.path()});
    checkRefusal(place.path(), program);
}

void TestStopRace::s3_psqlIsRefusedAndHoldsNoLock_data()
{
    QTest::addColumn<QString>("state"); // who has closed the gate
    QTest::addColumn<QString>("refusal");
    const QString observe = QStringLiteral("ND001: ") + ObserveOnlyError::prefix();
    QTest::newRow("observe") << QStringLiteral("observe") << observe;
    QTest::newRow("stopped") << QStringLiteral("stopped") << observe;
    QTest::newRow("requested") << QStringLiteral("requested") << observe;
    QTest::newRow("held") << QStringLiteral("held") << QStringLiteral("ND002: ") + ObserveOnlyError::heldPrefix();
}

void TestStopRace::s3_psqlIsRefusedAndHoldsNoLock()
{
    ANDON_POSTGRESQL_ONLY("psql is PostgreSQL's own");
    QFETCH(QString, state);
    QFETCH(QString, refusal);
    const QString psql = QStandardPaths::findExecutable(QStringLiteral("psql"));
    QVERIFY2(!psql.isEmpty(), "psql comes with what tests of a server need");
    const TemporaryDatabase place;
    {
        Workbench bench(place.path());
        if (state != u"observe")
            bench.arm();
        bench.proposeValidated();
        if (state == u"held") {
            static_cast<void>(bench.controller.hold(StopScope::action(QStringLiteral("transfer_leader")), {}));
        } else if (state == u"stopped") {
            static_cast<void>(bench.controller.killSwitch());
        } else if (state == u"requested") { // filed, and not recorded by anybody yet
            Trip trip = TripSwitch(place.location()).trip(StopRequest::Kind::Stop, QStringLiteral("alice"), {});
            bench.controller.deliverStop(trip);
        }
    }
    ForeignClient(place.path())
        .must("INSERT INTO action_proposals(action_name, status) VALUES('transfer_leader', 'validated')");
    Program program(psql,
                    {QStringLiteral("-X"), QStringLiteral("-v"), QStringLiteral("VERBOSITY=verbose"),
                     QStringLiteral("-d"), place.path()});
    program.tell("BEGIN;\nUPDATE action_proposals SET status = 'executing' WHERE status = 'validated';");
    QVERIFY2(program.says(QStringLiteral("ERROR:  ") + refusal), qPrintable(program.output()));
    QVERIFY(!program.standardOutput().contains(QStringLiteral("UPDATE")));
    checkNoLockIsHeld(place.path(), program);
}

QTEST_GUILESS_MAIN(TestStopRace)
#include "tst_stoprace.moc"
