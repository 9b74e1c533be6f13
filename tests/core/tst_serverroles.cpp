// SPDX-License-Identifier: Apache-2.0
// What logins of each role may do at a server and what not, asked as these logins, on connections of their own.
#include "core/gate/GateErrors.h"
#include "core/guard/AgentSession.h"
#include "core/guard/StopArrival.h"
#include "core/storage/ServerRoles.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ServerLogin.h"
#include "tests/support/StationSupport.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QJsonDocument>
#include <QTest>

#include <thread>

using namespace andon;
using namespace andon::test;
using namespace std::chrono_literals;

using Role = ServerRoles::Role;

namespace {

/// A database in execute mode, and a login of each role.
struct Scene
{
    Scene()
        : bench(place.path())
        , agent(place.path())
        , person(place.path())
        , reviewer(place.path())
    {
        bench.arm();
        ServerRoles roles(bench.database);
        roles.init();
        roles.grant(Role::Agent, agent.name());
        roles.grant(Role::Operator, person.name());
        roles.grant(Role::Reviewer, reviewer.name());
    }

    [[nodiscard]] AgentSession::Options session() const
    {
        AgentSession::Options options;
        options.database = agent.uri();
        options.agentId = QStringLiteral("agent-7");
        return options;
    }

    TemporaryDatabase place;
    Workbench bench;
    ServerLogin agent;
    ServerLogin person;
    ServerLogin reviewer;
};

/// All of them, connected.
struct Everybody
{
    [[nodiscard]] ForeignClient &clientOf(Role role)
    {
        return role == Role::Agent ? agent : role == Role::Operator ? person : reviewer;
    }

    Scene scene;
    ForeignClient agent{scene.agent.uri()};
    ForeignClient person{scene.person.uri()};
    ForeignClient reviewer{scene.reviewer.uri()};
};

ActionRequest drain()
{
    ActionRequest request;
    request.actionName = QStringLiteral("drain_store");
    request.reason = QStringLiteral("test");
    return request;
}

Database databaseOf(const ServerLogin &login)
{
    return Database(DatabaseLocation::parse(login.uri()), existing(100ms));
}

} // namespace

class TestServerRoles : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_everybody = std::make_unique<Everybody>(); }
    void cleanupTestCase() { m_everybody.reset(); }
    void anAgentsSessionRecordsHowItsActionsEnd();
    void s4_anAgentsSessionAnswersTheStopOfAnOperator();
    void s4_noStopIsRecordedWhileAnAgentAnswersForTheLastTime();
    void s4_anAgentWaitsForAStopThatIsBeingRecorded();
    void aReviewerHoldsNoStopOff();
    void anAgentWhoseActionsAreHeldOffForLongIsEnded();
    void whatNobodyMay_data();
    void whatNobodyMay();
    void whatIsNotForAnAgent_data();
    void whatIsNotForAnAgent();
    void whatASuperuserHasToGrantIsNamed();
    void aPanelThatMayNotStopSaysSo();

private:
    std::unique_ptr<Everybody> m_everybody;
};

void TestServerRoles::anAgentsSessionRecordsHowItsActionsEnd()
{
    Scene scene;
    {
        AgentSession session(scene.session());
        session.checkCanExecute();
        RunningAction first = session.start(drain());
        first.complete(QJsonObject{{"moved", 3}});
        RunningAction second = session.start(drain());
        second.fail("it broke");
        {
            const RunningAction forgotten = session.start(drain());
        }
        QCOMPARE(scene.bench.statusOf(first.id()), "completed");
        QCOMPARE(scene.bench.statusOf(second.id()), "failed");
    }
    QCOMPARE(scene.bench.countEvents("failed"), 2);
    ForeignClient client(scene.place.path());
    QCOMPARE(client.number("SELECT count(*) FROM action_records WHERE completed_at IS NOT NULL"), 3);
    QCOMPARE(client.number("SELECT count(*) FROM andon_agent WHERE ended_at IS NULL"), 0);
}

void TestServerRoles::s4_anAgentsSessionAnswersTheStopOfAnOperator()
{
    Scene scene;
    AgentSession session(scene.session());
    RunningAction action = session.start(drain());
    StopReceipt receipt;
    std::thread presser([&] {
        Workbench person(scene.person.uri());
        receipt = person.controller.killSwitch("enough");
    });
    const bool isTold = QTest::qWaitFor([&] { return action.isStopRequested(); }, 5000);
    if (isTold)
        action.stopped("left the store as it was");
    presser.join();
    QVERIFY(isTold);
    QCOMPARE(scene.bench.statusOf(action.id()), "cancelled");
    QVERIFY2(receipt.isAnswered(), QJsonDocument(receipt.toJson()).toJson().constData());
    QCOMPARE(receipt.confirmed(), 2); // the action, and the session itself
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, session.checkCanExecute());
}

void TestServerRoles::s4_noStopIsRecordedWhileAnAgentAnswersForTheLastTime()
{
    Scene scene;
    Database agent = databaseOf(scene.agent);
    ForeignClient person(scene.person.uri(), 100);
    const QByteArray gate = "UPDATE andon_safety_state SET epoch = epoch + 1, mode = 'observe'";
    Transaction answering(agent);
    StopArrival::holdOff(agent);
    const QString refused = person.run(gate);
    QVERIFY2(refused.contains("locked"), qPrintable(refused));
    answering.commit();
    QCOMPARE(person.run(gate), QString());
}

void TestServerRoles::s4_anAgentWaitsForAStopThatIsBeingRecorded()
{
    Scene scene;
    Database agent = databaseOf(scene.agent);
    ForeignClient person(scene.person.uri());
    person.must("BEGIN");
    person.must("UPDATE andon_safety_state SET epoch = epoch + 1, mode = 'observe'");
    {
        Transaction answering(agent);
        const auto error = thrown<StorageError>([&] { StopArrival::holdOff(agent); });
        QVERIFY(error && error->problem() == StorageProblem::Busy);
    }
    person.must("COMMIT");
    Transaction answering(agent);
    StopArrival::holdOff(agent);
    QVERIFY(SafetyStateTable(agent).read().mode == SafetyMode::Observe); // and sees what it waited for
}

void TestServerRoles::aReviewerHoldsNoStopOff()
{
    Scene scene;
    Database reviewer = databaseOf(scene.reviewer);
    Transaction transaction(reviewer);
    const auto error = thrown<StorageError>([&] { StopArrival::holdOff(reviewer); });
    QVERIFY(error && error->problem() == StorageProblem::Denied);
}

void TestServerRoles::anAgentWhoseActionsAreHeldOffForLongIsEnded()
{
    Scene scene;
    ForeignClient agent(scene.agent.uri());
    agent.must("BEGIN");
    agent.must("SELECT andon_hold_off_stops()");
    Workbench person(scene.person.uri(), {}, existing(100ms));
    const auto error = thrown<StorageError>([&] { person.controller.killSwitch("enough"); });
    QVERIFY(error && error->problem() == StorageProblem::Busy); // and whoever was in its way is ended
    scene.bench.controller.recover();
    QVERIFY(scene.bench.state().tripped);
    QVERIFY(!agent.run("COMMIT").isEmpty());
}

void TestServerRoles::whatNobodyMay_data()
{
    QTest::addColumn<QByteArray>("statement");
    for (const QByteArray table : {"action_audit_log", "action_audit_log_default", "andon_audit_seal",
                                   "andon_checkpoint", "andon_log_identity"}) {
        QTest::addRow("delete %s", table.constData()) << "DELETE FROM " + table;
        QTest::addRow("truncate %s", table.constData()) << "TRUNCATE " + table;
        QTest::addRow("lock %s", table.constData()) << "BEGIN; LOCK TABLE " + table + " IN SHARE MODE";
        QTest::addRow("drop %s", table.constData()) << "DROP TABLE " + table;
    }
    QTest::newRow("an event") << QByteArray("UPDATE action_audit_log SET actor = 'user'");
    QTest::newRow("a seal") << QByteArray("UPDATE andon_audit_seal SET leaves = 1");
    QTest::newRow("a checkpoint") << QByteArray("UPDATE andon_checkpoint SET note = ''");
    QTest::newRow("the identity") << QByteArray("UPDATE andon_log_identity SET log_id = 'x'");
    QTest::newRow("an id") << QByteArray("INSERT INTO action_audit_log(id, event_type, actor, timestamp) "
                                         "OVERRIDING SYSTEM VALUE VALUES(99, 'note', 'agent', 'now')");
    QTest::newRow("a time") << QByteArray("INSERT INTO action_audit_log(created_at, event_type, actor, timestamp) "
                                          "VALUES('2001-01-01', 'note', 'agent', 'now')");
    QTest::newRow("the sequence") << QByteArray("SELECT setval('action_audit_log_id_seq', 99)");
    QTest::newRow("an action's row") << QByteArray("DELETE FROM action_proposals");
    QTest::newRow("the state's row") << QByteArray("DELETE FROM andon_safety_state");
    QTest::newRow("a trigger") << QByteArray("DROP TRIGGER andon_gate_update ON action_proposals");
    QTest::newRow("triggers off") << QByteArray("ALTER TABLE action_proposals DISABLE TRIGGER ALL");
    QTest::newRow("all triggers off") << QByteArray("SET session_replication_role = replica");
    QTest::newRow("a function") << QByteArray("CREATE FUNCTION andon_now() RETURNS text LANGUAGE sql AS 'SELECT 1'");
    QTest::newRow("a table") << QByteArray("CREATE TABLE andon_safety_state_2(id int)");
    QTest::newRow("an archive") << QByteArray("INSERT INTO andon_archive(months) VALUES('2001-01')");
}

void TestServerRoles::whatNobodyMay()
{
    QFETCH(const QByteArray, statement);
    for (const Role role : {Role::Agent, Role::Operator, Role::Reviewer}) {
        const QString answer = m_everybody->clientOf(role).run(statement);
        const bool isRefused = answer.contains("permission denied") || answer.contains("must be owner");
        QVERIFY2(isRefused, qPrintable(ServerRoles::nameOf(role) + ": " + answer));
    }
}

void TestServerRoles::whatIsNotForAnAgent_data()
{
    QTest::addColumn<QByteArray>("statement");
    QTest::newRow("mode") << QByteArray("UPDATE andon_safety_state SET mode = 'execute', epoch = epoch + 1");
    QTest::newRow("lock on the state") << QByteArray("SELECT id FROM andon_safety_state FOR SHARE");
    QTest::newRow("stop") << QByteArray("INSERT INTO andon_stop_request(uid, kind) VALUES('u', 'stop')");
    QTest::newRow("taking a stop back") << QByteArray("UPDATE andon_stop_request SET done_at = 'now'");
    QTest::newRow("receipt") << QByteArray("UPDATE andon_stop_receipt SET reset_by = 'me'");
    QTest::newRow("release of a hold") << QByteArray("UPDATE andon_hold SET released_at = 'now'");
    QTest::newRow("approval") << QByteArray("UPDATE andon_approval SET decision = 'approved'");
    QTest::newRow("approved question") << QByteArray(
        "INSERT INTO andon_approval(proposal_id, requested_at, expires_at, decision) VALUES(1, 'a', 'b', 'approved')");
    QTest::newRow("who approved") << QByteArray("UPDATE action_proposals SET approved_by = 'me'");
    QTest::newRow("setting") << QByteArray("INSERT INTO andon_meta(key, value) VALUES('lease.ms', '600000')");
    QTest::newRow("changed setting") << QByteArray("UPDATE andon_meta SET value = '0'");
    QTest::newRow("seal") << QByteArray("INSERT INTO andon_audit_seal VALUES(0, 1, 1, '', '')");
    QTest::newRow("checkpoint") << QByteArray("INSERT INTO andon_checkpoint(tree_size) VALUES(1)");
    QTest::newRow("identity") << QByteArray(
        "INSERT INTO andon_log_identity(log_id, reason, since) VALUES('x', '', '')");
    QTest::newRow("partitions") << QByteArray("SELECT andon_make_partitions()");
    QTest::newRow("ending sessions") << QByteArray("SELECT andon_end_blockers()");
    QTest::newRow("what is settled") << QByteArray("SELECT andon_settled_event()");
    QTest::newRow("all actions") << QByteArray("BEGIN; LOCK TABLE action_proposals IN SHARE MODE");
    QTest::newRow("the whole state") << QByteArray("BEGIN; LOCK TABLE andon_safety_state IN SHARE MODE");
    QTest::newRow("being an operator") << QByteArray("SET ROLE andon_operator");
}

void TestServerRoles::whatIsNotForAnAgent()
{
    QFETCH(const QByteArray, statement);
    for (const Role role : {Role::Agent, Role::Reviewer}) {
        const QString answer = m_everybody->clientOf(role).run(statement);
        QVERIFY2(answer.contains("permission denied"), qPrintable(ServerRoles::nameOf(role) + ": " + answer));
    }
}

void TestServerRoles::whatASuperuserHasToGrantIsNamed()
{
    const TemporaryDatabase place;
    ForeignClient superuser(place.path());
    QCOMPARE(ServerRoles(m_everybody->scene.bench.database).missingGrant(), QString()); // made by a superuser
    const ServerLogin owner(place.path());
    superuser.must("ALTER DATABASE " + place.path().section(u'/', -1).toLatin1() + " OWNER TO "
                   + owner.name().toLatin1());
    Workbench bench(owner.uri());
    ServerRoles roles(bench.database);
    roles.init();
    const QString grant = roles.missingGrant();
    QCOMPARE(grant, "GRANT pg_signal_backend, pg_read_all_stats TO " + owner.name());
    superuser.must(grant.toLatin1());
    QCOMPARE(roles.missingGrant(), QString());
}

void TestServerRoles::aPanelThatMayNotStopSaysSo()
{
    const Scene scene;
    Station station(stationOptions(scene.agent.uri()));
    station.open();
    QTRY_COMPARE(station.status().display(), SafetyStatus::Display::Execute);
    QVERIFY_THROWS_EXCEPTION(StaleStateError, static_cast<void>(resultOf(station.stop("not mine"))));
    QTRY_VERIFY(station.receipt() && station.receipt()->stage == StopReceipt::Stage::Withdrawn);
    QVERIFY2(station.receipt()->trouble.contains("operator's login"), qPrintable(station.receipt()->trouble));
    QVERIFY(!QFile::exists(stopOf(scene.agent.uri())));
    QTRY_COMPARE(station.status().display(), SafetyStatus::Display::Execute); // and says what is so
}

QTEST_GUILESS_MAIN(TestServerRoles)
#include "tst_serverroles.moc"
