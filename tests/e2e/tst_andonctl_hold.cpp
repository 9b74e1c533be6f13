// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardedTree.h"
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/HeldDatabase.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QJsonArray>
#include <QtTest>

using namespace andon::test;

/// Stops of one agent or of one kind of action, from a shell.
class TestAndonctlHold : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void holdsOneAndLeavesTheRest_data();
    void holdsOneAndLeavesTheRest();
    void pendingOnesOfItAreCancelled();
    void whatRunsOfItIsStopped();
    void whatIsNotGuardedIsNamed();
    void statusAndGateTellOfIt();
    void resetReleasesItByItsNumber();
    void resetWithoutANumberNamesWhatIsHeld();
    void theDatabaseHoldsItToo();
    void whileTheLockIsHeldItIsHeldAlready();
    void aNameIsNeeded_data();
    void aNameIsNeeded();

private:
    [[nodiscard]] int gate(const QString &agent, const QString &action) const
    {
        return m_ctl->run({"gate", "--agent-id", agent, "--action", action}).status;
    }
    void propose(const QString &agent, const QString &action)
    {
        QCOMPARE(m_ctl->run({"propose", "--action", action, "--agent-id", agent, "--reason", "r"}).status, 0);
    }
    [[nodiscard]] std::unique_ptr<QProcess> running(const QString &agent, const QString &action) const
    {
        std::unique_ptr<QProcess> process = m_ctl->start({"run", "--action", action, "--agent-id", agent, "--reason",
                                                          "r", "--", "sh", "-c", "echo ready >&2; exec sleep 30"});
        return Andonctl::waitUntilItSays(*process, "ready") ? std::move(process) : nullptr;
    }

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
};

void TestAndonctlHold::init()
{
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
    QCOMPARE(m_ctl->run({"mode", "execute", "--reason", "test"}).status, 0);
}

void TestAndonctlHold::holdsOneAndLeavesTheRest_data()
{
    QTest::addColumn<QStringList>("scope");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("otherAgent");
    QTest::addColumn<QString>("otherAction");
    QTest::newRow("agent") << QStringList{"--agent", "agent-1"} << "agent"
                           << "agent-1"
                           << "agent-2"
                           << "drain";
    QTest::newRow("action") << QStringList{"--action", "drain"} << "action"
                            << "drain"
                            << "agent-1"
                            << "move";
    QTest::newRow("a name like a path") << QStringList{"--agent", "../a/%41\n*"} << "agent"
                                        << "../a/%41\n*"
                                        << "agent-2"
                                        << "drain";
}

void TestAndonctlHold::holdsOneAndLeavesTheRest()
{
    QFETCH(QStringList, scope);
    QFETCH(QString, kind);
    QFETCH(QString, target);
    QFETCH(QString, otherAgent);
    QFETCH(QString, otherAction);
    const Andonctl::Result kill = m_ctl->run(QStringList{"kill", "--reason", "odd", "--json"} + scope);
    QCOMPARE(kill.status, 0);
    QVERIFY2(kill.err.contains("Held: "), kill.err.constData());
    const QJsonObject receipt = kill.json();
    QCOMPARE(receipt.value("scope").toString(), kind);
    QCOMPARE(receipt.value("target").toString(), target);
    QCOMPARE(receipt.value("stop_id").toInt(), 1);
    QCOMPARE(receipt.value("epoch").toInt(), 2); // the present one: a hold raises none
    QVERIFY(receipt.value("permit_revoked_us").isNull());
    QVERIFY(receipt.value("committed_us").toInteger() > 0);

    QCOMPARE(gate(kind == "agent" ? target : "agent-1", "drain"), 4);
    QCOMPARE(gate(otherAgent, otherAction), 0);
    QCOMPARE(m_ctl->run({"gate"}).status, 0);
}

void TestAndonctlHold::pendingOnesOfItAreCancelled()
{
    propose("agent-1", "drain");
    propose("agent-2", "drain");
    propose("agent-1", "move");
    const Andonctl::Result kill = m_ctl->run({"kill", "--agent", "agent-1"});
    QCOMPARE(kill.status, 0);
    QVERIFY2(kill.out.startsWith("Stop 1 is recorded, agent \"agent-1\" is held: 2 pending cancelled"),
             kill.out.constData());
    QCOMPARE(ForeignClient(m_place->path(), 5000).rows("SELECT status FROM action_proposals ORDER BY id"),
             (QStringList{"cancelled", "proposed", "cancelled"}));
    QCOMPARE(m_ctl->eventTypes().count("cancelled"), 2);
    QCOMPARE(ForeignClient(m_place->path(), 5000)
                 .value("SELECT json_extract(event_data, '$.scope') || ' ' || json_extract(event_data, '$.target') "
                        "FROM action_audit_log WHERE event_type = 'kill_switch'"),
             "agent agent-1");
}

void TestAndonctlHold::whatRunsOfItIsStopped()
{
    if (andon::GuardedTree::findProgram().isEmpty())
        QSKIP("this system has no andon-guard");
    const std::unique_ptr<QProcess> held = running("agent-1", "drain");
    const std::unique_ptr<QProcess> other = running("agent-2", "drain");
    QVERIFY(held && other);
    const QJsonObject receipt = m_ctl->run({"kill", "--agent", "agent-1", "--json"}).json();
    QCOMPARE(Andonctl::finish(*held).status, 4);
    QCOMPARE(receipt.value("running").toInt(), 1);
    QCOMPARE(receipt.value("confirmed").toInt(), 1);
    QCOMPARE(receipt.value("actions").toArray().size(), 1);
    const QJsonObject target = receipt.value("actions").toArray().first().toObject();
    QCOMPARE(target.value("proposal_id").toInt(), 1);
    QCOMPARE(target.value("outcome").toString(), "stopped");
    const QStringList ways{"hold", "socket"};
    QVERIFY2(ways.contains(target.value("via").toString()), qPrintable(target.value("via").toString()));

    QCOMPARE(m_ctl->run({"status", "--json"}).json().value("executing").toInt(), 1);
    QVERIFY(other->state() == QProcess::Running);
    QCOMPARE(m_ctl->run({"kill"}).status, 0);
    QCOMPARE(Andonctl::finish(*other).status, 4);
}

void TestAndonctlHold::whatIsNotGuardedIsNamed()
{
    propose("agent-1", "drain");
    QCOMPARE(m_ctl->run({"validate", "1"}).status, 0);
    QCOMPARE(m_ctl->run({"claim", "1"}).status, 0);
    const Andonctl::Result kill = m_ctl->run({"kill", "--action", "drain"});
    QCOMPARE(kill.status, 0);
    QVERIFY2(kill.out.contains("#1 drain: not guarded, so it cannot be stopped from here"), kill.out.constData());
    const QJsonObject target = m_ctl->run({"kill", "--json"}).json().value("actions").toArray().first().toObject();
    QCOMPARE(target.value("guarded").toBool(true), false);
    QCOMPARE(target.value("outcome").toString(), "awaited");
    QVERIFY(!target.value("since").toString().isEmpty());
    QVERIFY(target.value("pid").isNull());
}

void TestAndonctlHold::statusAndGateTellOfIt()
{
    QCOMPARE(m_ctl->run({"kill", "--agent", "agent-1", "--reason", "loops"}).status, 0);
    const Andonctl::Result status = m_ctl->run({"status"});
    QVERIFY2(status.out.startsWith("EXECUTING ALLOWED"), status.out.constData());
    QVERIFY2(status.out.contains("Held       agent \"agent-1\", stop 1 by "), status.out.constData());
    const QJsonArray holds = m_ctl->run({"status", "--json"}).json().value("holds").toArray();
    QCOMPARE(holds.size(), 1);
    const QJsonObject hold = holds.first().toObject();
    QCOMPARE(hold.value("stop_id").toInt(), 1);
    QCOMPARE(hold.value("scope").toString(), "agent");
    QCOMPARE(hold.value("target").toString(), "agent-1");
    QCOMPARE(hold.value("reason").toString(), "loops");
    QVERIFY(!hold.value("by").toString().isEmpty());
    QVERIFY(!hold.value("at").toString().isEmpty());

    const Andonctl::Result gate = m_ctl->run({"gate", "--agent-id", "agent-1", "--json"});
    QCOMPARE(gate.status, 4);
    QCOMPARE(gate.json().value("verdict").toString(), "held");
    QCOMPARE(gate.json().value("allowed").toBool(true), false);
    QVERIFY(gate.json().value("explanation").toString().contains("andonctl reset --stop-id 1"));
}

void TestAndonctlHold::resetReleasesItByItsNumber()
{
    QCOMPARE(m_ctl->run({"kill", "--agent", "agent-1"}).status, 0);
    QCOMPARE(m_ctl->run({"kill", "--action", "drain"}).status, 0);
    QCOMPARE(m_ctl->run({"reset", "--reason", "fixed", "--stop-id", "7"}).status, 1);
    QCOMPARE(m_ctl->run({"reset", "--reason", "fixed", "--stop-id", "1", "--json"}).json(),
             (QJsonObject{{"epoch", 2}, {"mode", "execute"}, {"stop_id", 1}}));
    QCOMPARE(gate("agent-1", "move"), 0);
    QCOMPARE(gate("agent-1", "drain"), 4);
    QCOMPARE(m_ctl->run({"reset", "--reason", "again", "--stop-id", "1"}).status, 1);
    const Andonctl::Result last = m_ctl->run({"reset", "--reason", "fixed", "--stop-id", "2"});
    QVERIFY2(last.out.startsWith("Stop 2 is reset: it is held no longer."), last.out.constData());
    QCOMPARE(gate("agent-1", "drain"), 0);
    QCOMPARE(m_ctl->eventTypes().count("reset"), 2);
    QVERIFY(m_ctl->run({"status", "--json"}).json().value("holds").toArray().isEmpty());
}

void TestAndonctlHold::resetWithoutANumberNamesWhatIsHeld()
{
    QCOMPARE(m_ctl->run({"kill", "--agent", "agent-1"}).status, 0);
    const Andonctl::Result reset = m_ctl->run({"reset", "--reason", "x"});
    QCOMPARE(reset.status, 2);
    QVERIFY2(reset.err.contains("Say which with --stop-id: 1 (agent \"agent-1\")"), reset.err.constData());
    // A stop of everything is meant first, and its reset leaves the hold.
    QCOMPARE(m_ctl->run({"kill"}).status, 0);
    QCOMPARE(m_ctl->run({"reset", "--reason", "x", "--json"}).json().value("stop_id").toInt(), 2);
    QCOMPARE(m_ctl->run({"mode", "execute", "--reason", "x"}).status, 0);
    QCOMPARE(gate("agent-1", "drain"), 4);
    QCOMPARE(gate("agent-2", "drain"), 0);
}

void TestAndonctlHold::theDatabaseHoldsItToo()
{
    QCOMPARE(m_ctl->run({"kill", "--action", "drain"}).status, 0);
    ForeignClient foreign(m_place->path(), 5000);
    foreign.must(
        "INSERT INTO action_proposals(action_name, status) VALUES('drain', 'validated'), ('move', 'validated')");
    QCOMPARE(foreign.run("UPDATE action_proposals SET status = 'executing' WHERE action_name = 'drain'"),
             "Action execution blocked: this agent or this kind of action is held");
    QVERIFY(foreign.isAutocommit());
    QCOMPARE(foreign.run("UPDATE action_proposals SET status = 'executing' WHERE action_name = 'move'"), QString());
}

void TestAndonctlHold::whileTheLockIsHeldItIsHeldAlready()
{
    HeldDatabase held(m_place->path());
    const Andonctl::Result kill = m_ctl->run({"kill", "--agent", "agent-1", "--wait", "0.2"});
    QCOMPARE(kill.status, 1);
    QVERIFY2(kill.err.contains(isOnPostgres() ? "not delivered" : "not yet recorded"), kill.err.constData());
    QCOMPARE(gate("agent-1", "drain"), isOnPostgres() ? 5 : 4); // nobody else may start anything then either
    QCOMPARE(gate("agent-2", "drain"), isOnPostgres() ? 5 : 0);
    held.release();
    QCOMPARE(gate("agent-1", "drain"), 4);
    QCOMPARE(gate("agent-2", "drain"), 0);
    QCOMPARE(m_ctl->run({"status", "--json"}).json().value("holds").toArray().size(), 1);
    QCOMPARE(gate("agent-1", "drain"), 4);
}

void TestAndonctlHold::aNameIsNeeded_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("no agent") << QStringList{"--agent", ""};
    QTest::newRow("a blank action") << QStringList{"--action", " "};
    QTest::newRow("both") << QStringList{"--agent", "a", "--action", "b"};
    QTest::newRow("nothing") << QStringList{"--agent"};
}

void TestAndonctlHold::aNameIsNeeded()
{
    QFETCH(QStringList, words);
    QCOMPARE(m_ctl->run(QStringList{"kill"} + words).status, 2);
    QCOMPARE(m_ctl->run({"gate"}).status, 0);
    QVERIFY(!m_ctl->eventTypes().contains("kill_switch"));
}

QTEST_GUILESS_MAIN(TestAndonctlHold)
#include "tst_andonctl_hold.moc"
