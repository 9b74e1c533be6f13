// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardedTree.h"
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ServerLogin.h"
#include "tests/support/TemporaryDatabase.h"

#include <QJsonArray>
#include <QtTest>

using namespace andon::test;

/// `andonctl` at a server as logins of each role call it: what each needs works, and nothing else does.
class TestAndonctlRoles : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void anAgentsCommandIsRecordedToItsEnd_data();
    void anAgentsCommandIsRecordedToItsEnd();
    void anAgentsCommandIsStoppedByAnOperator();
    void anAgentsCommandWaitsForAnOperatorsWord();
    void anAgentDoesAllThatItNeeds();
    void aReviewerReads();
    void whatALoginMayNotIsRefused();
    void aCopyIntoItIsRefused();
    void s4_aStopOfWhoMayNotLeavesNothingBehind_data();
    void s4_aStopOfWhoMayNotLeavesNothingBehind();
    void s4_aStopOfAnAgentReachesWhatItRunsItself();
    void whatASuperuserHasToGrantIsSaid();

private:
    [[nodiscard]] Andonctl agent() const { return Andonctl(m_agent->uri()); }
    [[nodiscard]] Andonctl person() const { return Andonctl(m_operator->uri()); }
    [[nodiscard]] Andonctl reviewer() const { return Andonctl(m_reviewer->uri()); }
    [[nodiscard]] static QStringList running(const QString &script)
    {
        return {"run", "--action", "a", "--reason", "r", "--agent-id", "agent-1", "--", "sh", "-c", script};
    }
    [[nodiscard]] QString value(const QByteArray &sql) const { return ForeignClient(m_place->path(), 5000).value(sql); }
    [[nodiscard]] QByteArray everything() const { return Andonctl(m_place->path()).everything(); }
    [[nodiscard]] QString status() const
    {
        return value("SELECT status FROM action_proposals ORDER BY id DESC LIMIT 1");
    }

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<ServerLogin> m_agent;
    std::unique_ptr<ServerLogin> m_operator;
    std::unique_ptr<ServerLogin> m_reviewer;
};

void TestAndonctlRoles::initTestCase()
{
    if (andon::GuardedTree::findProgram().isEmpty())
        QSKIP("this system has no andon-guard");
}

void TestAndonctlRoles::init()
{
    m_agent.reset(); // before their database
    m_operator.reset();
    m_reviewer.reset();
    m_place = std::make_unique<TemporaryDatabase>();
    m_agent = std::make_unique<ServerLogin>(m_place->path());
    m_operator = std::make_unique<ServerLogin>(m_place->path());
    m_reviewer = std::make_unique<ServerLogin>(m_place->path());
    const Andonctl::Result made = Andonctl(m_place->path())
                                      .run({"init-roles", "--agent", m_agent->name(), "--operator", m_operator->name(),
                                            "--reviewer", m_reviewer->name(), "--json"});
    QVERIFY2(made.status == 0, made.err.constData());
    QCOMPARE(made.json().keys(), QStringList({"database", "missing_grant", "roles"}));
    QVERIFY(made.json().value("missing_grant").isNull()); // a superuser needs none
    QCOMPARE(person().run({"mode", "execute", "--reason", "test"}).status, 0);
}

void TestAndonctlRoles::anAgentsCommandIsRecordedToItsEnd_data()
{
    QTest::addColumn<int>("exitStatus");
    QTest::addColumn<QString>("recorded");
    QTest::newRow("0") << 0 << "completed";
    QTest::newRow("3") << 3 << "failed";
}

void TestAndonctlRoles::anAgentsCommandIsRecordedToItsEnd()
{
    QFETCH(const int, exitStatus);
    QFETCH(const QString, recorded);
    const Andonctl::Result result = agent().run(running(QStringLiteral("echo hi; exit %1").arg(exitStatus)));
    QVERIFY2(result.status == exitStatus, result.err.constData());
    QCOMPARE(result.out, "hi\n");
    QCOMPARE(result.err, QByteArray());
    QCOMPARE(status(), recorded);
    QCOMPARE(value("SELECT success FROM action_records WHERE completed_at IS NOT NULL"), exitStatus == 0 ? "1" : "0");
    QCOMPARE(value("SELECT outcome FROM andon_agent WHERE ended_at IS NOT NULL"), "exited");
    QCOMPARE(Andonctl(m_place->path()).eventTypes().mid(1),
             (QStringList{"proposed", "validated", "executing", recorded}));
}

void TestAndonctlRoles::anAgentsCommandIsStoppedByAnOperator()
{
    const std::unique_ptr<QProcess> command = agent().start(running("echo ready >&2; sleep 30"));
    QVERIFY(Andonctl::waitUntilItSays(*command, "ready"));
    const Andonctl::Result kill = person().run({"kill", "--reason", "enough", "--json"});
    QVERIFY2(kill.status == 0, kill.err.constData());
    const Andonctl::Result result = Andonctl::finish(*command);
    QVERIFY2(result.status == 4, result.err.constData());
    QVERIFY2(result.err.contains("andonctl: Stopped: "), result.err.constData());
    QCOMPARE(kill.json().value("expected").toInt(), 1);
    QCOMPARE(kill.json().value("confirmed").toInt(), 1);
    QCOMPARE(kill.json().value("actions").toArray().first().toObject().value("outcome").toString(), "stopped");
    QCOMPARE(status(), "cancelled");
}

void TestAndonctlRoles::anAgentsCommandWaitsForAnOperatorsWord()
{
    const QString trace = m_place->file("trace");
    const std::unique_ptr<QProcess> command = agent().start(
        {"run", "--action", "a", "--reason", "r", "--require-approval", "--", "touch", trace});
    QVERIFY(Andonctl::waitUntilItSays(*command, "waits for a person's word: andonctl approve 1"));
    for (const Andonctl &other : {agent(), reviewer()}) {
        for (const QString answer : {"approve", "reject"}) {
            const Andonctl::Result refused = other.run({answer, "1", "--reason", "x"});
            QCOMPARE(refused.status, 1);
            QVERIFY2(refused.err.contains("may not do this"), refused.err.constData());
        }
    }
    QVERIFY(!QFileInfo::exists(trace));
    const Andonctl::Result approved = person().run({"approve", "1", "--reason", "looks right"});
    QVERIFY2(approved.status == 0, approved.err.constData());
    const Andonctl::Result result = Andonctl::finish(*command);
    QVERIFY2(result.status == 0, result.err.constData());
    QVERIFY(QFileInfo::exists(trace));
    QCOMPARE(status(), "completed");
}

void TestAndonctlRoles::anAgentDoesAllThatItNeeds()
{
    for (const QStringList &command :
         {QStringList{"status"}, QStringList{"gate", "--agent-id", "agent-1"},
          QStringList{"propose", "--action", "a", "--reason", "r"}, QStringList{"validate", "1"},
          QStringList{"claim", "1"}, QStringList{"complete", "1", "--result", "{}"},
          QStringList{"propose", "--action", "b", "--reason", "r", "--require-approval"}, QStringList{"cancel", "2"},
          QStringList{"actions"}, QStringList{"log"}, QStringList{"config"}}) {
        const Andonctl::Result result = agent().run(command);
        QVERIFY2(result.status == 0, qPrintable(command.join(u' ') + ": " + result.err));
    }
    QCOMPARE(value("SELECT string_agg(status, ' ' ORDER BY id) FROM action_proposals"), "completed cancelled");
}

void TestAndonctlRoles::aReviewerReads()
{
    QCOMPARE(agent().run({"propose", "--action", "a", "--reason", "r"}).status, 0);
    QCOMPARE(person().run({"checkpoint"}).status, 0);
    for (const QStringList &command :
         {QStringList{"status"}, QStringList{"gate"}, QStringList{"actions"}, QStringList{"log"}, QStringList{"verify"},
          QStringList{"proof", "1", "--output", "-"},
          QStringList{"log", "--output", m_place->file("log.jsonl"), "--proofs"}}) {
        const Andonctl::Result result = reviewer().run(command);
        QVERIFY2(result.status == 0, qPrintable(command.join(u' ') + ": " + result.err));
    }
}

void TestAndonctlRoles::whatALoginMayNotIsRefused()
{
    const auto isRefused = [](const Andonctl &ctl, const QStringList &command) {
        const Andonctl::Result result = ctl.run(command);
        QVERIFY2(result.status == 1, qPrintable(command.join(u' ') + ": " + result.err));
        QVERIFY2(result.err.contains("may not do this: permission denied")
                     && result.err.contains("Ask who administers the database (andonctl init-roles)"),
                 result.err.constData());
    };
    QCOMPARE(person().run({"propose", "--action", "a", "--reason", "r", "--require-approval"}).status, 0);
    QByteArray before = everything();
    for (const QStringList &command :
         {QStringList{"reset", "--reason", "x", "--stop-id", "1"}, QStringList{"approve", "1", "--reason", "x"},
          QStringList{"reject", "1", "--reason", "x"}, QStringList{"config", "approval.seconds", "30"},
          QStringList{"config", "redaction", "{}"}, QStringList{"config", "lease.ms", "600000"},
          QStringList{"checkpoint"}, QStringList{"checkpoint", "--start-over", "--reason", "x"},
          QStringList{"init-roles", "--operator", m_agent->name()}}) {
        isRefused(agent(), command);
        isRefused(reviewer(), command);
    }
    for (const QStringList &command :
         {QStringList{"propose", "--action", "a", "--reason", "x"}, QStringList{"validate", "1"},
          QStringList{"cancel", "1"}, QStringList{"run", "--action", "a", "--reason", "x", "--", "true"}})
        isRefused(reviewer(), command);
    isRefused(person(), {"init-roles", "--operator", m_agent->name()});
    isRefused(agent(), {"mode", "observe", "--reason", "x"});
    isRefused(reviewer(), {"mode", "observe", "--reason", "x"});
    QVERIFY(!QFileInfo::exists(stopOf(m_agent->uri()))); // nobody could take it back
    QCOMPARE(everything(), before);

    QCOMPARE(person().run({"kill"}).status, 0);
    isRefused(agent(), {"reset", "--reason", "x"});
    isRefused(reviewer(), {"reset", "--reason", "x"});
    QCOMPARE(person().run({"reset", "--reason", "x"}).status, 0);
    before = everything();
    isRefused(agent(), {"mode", "execute", "--reason", "x"});
    isRefused(reviewer(), {"mode", "execute", "--reason", "x"});
    QCOMPARE(everything(), before);
}

void TestAndonctlRoles::aCopyIntoItIsRefused()
{
    const QString source = QStringLiteral("sqlite:") + m_place->file("andon.db");
    QCOMPARE(Andonctl(source).run({"propose", "--action", "a", "--reason", "r"}).status, 0);
    const QByteArray before = everything();
    for (const ServerLogin *login : {m_agent.get(), m_reviewer.get()}) {
        const Andonctl::Result into = agent().run({"copy", "--from", source, "--to", login->uri()});
        QCOMPARE(into.status, 1);
        QVERIFY2(into.err.startsWith("andonctl: "), into.err.constData());
        const QString month = QDate::currentDate().toString("yyyy-MM");
        const Andonctl::Result archived =
            Andonctl(login->uri()).run({"archive", "--before", month, "--output", m_place->file("x.archive")});
        QCOMPARE(archived.status, 1);
        QVERIFY2(archived.err.startsWith("andonctl: "), archived.err.constData());
        QVERIFY(!QFileInfo::exists(m_place->file("x.archive")));
    }
    QCOMPARE(everything(), before);
}

void TestAndonctlRoles::s4_aStopOfWhoMayNotLeavesNothingBehind_data()
{
    QTest::addColumn<bool>("isAgent");
    QTest::addColumn<QStringList>("scope");
    QTest::addColumn<QByteArray>("sentence");
    QTest::newRow("agent, everything") << true << QStringList() << QByteArray("NOT STOPPED: this login may not stop");
    QTest::newRow("agent, another agent")
        << true << QStringList{"--agent", "x"} << QByteArray("NOT HELD: this login may not hold agent \"x\"");
    QTest::newRow("reviewer, an action") << false << QStringList{"--action", "a"}
                                         << QByteArray("NOT HELD: this login may not hold every action \"a\"");
}

void TestAndonctlRoles::s4_aStopOfWhoMayNotLeavesNothingBehind()
{
    QFETCH(const bool, isAgent);
    QFETCH(const QStringList, scope);
    QFETCH(const QByteArray, sentence);
    const Andonctl ctl = isAgent ? agent() : reviewer();
    const QString uri = (isAgent ? m_agent : m_reviewer)->uri();
    const QByteArray before = everything();
    const Andonctl::Result kill = ctl.run(QStringList{"kill", "--json", "--reason", "x"} + scope);
    QCOMPARE(kill.status, 1);
    QVERIFY2(kill.err.contains(sentence), kill.err.constData());
    QVERIFY2(kill.err.contains("was told to stop, and nothing else. Run this command with an operator's login."),
             kill.err.constData());
    QVERIFY2(kill.err.contains("The request was withdrawn from this machine again."), kill.err.constData());
    QVERIFY2(!kill.err.contains("stays filed"), kill.err.constData());
    QCOMPARE(kill.json().value("delivered"), QJsonValue(false));
    QVERIFY(kill.json().value("stop_id").isNull());
    QVERIFY(!QFileInfo::exists(stopOf(uri)));
    QVERIFY(!QFileInfo::exists(holdOf(uri)));
    QCOMPARE(ctl.run({"gate", "--agent-id", "x", "--action", "a"}).status, 0);
    QCOMPARE(everything(), before);
}

void TestAndonctlRoles::s4_aStopOfAnAgentReachesWhatItRunsItself()
{
    const std::unique_ptr<QProcess> command = agent().start(running("echo ready >&2; sleep 30"));
    QVERIFY(Andonctl::waitUntilItSays(*command, "ready"));
    const Andonctl::Result kill = agent().run({"kill"});
    QCOMPARE(kill.status, 1);
    const Andonctl::Result result = Andonctl::finish(*command);
    QVERIFY2(result.status == 4, result.err.constData());
    QCOMPARE(status(), "cancelled");
    QCOMPARE(agent().run(running("exit 0")).status, 0);
}

void TestAndonctlRoles::whatASuperuserHasToGrantIsSaid()
{
    const TemporaryDatabase place;
    const ServerLogin owner(place.path());
    ForeignClient superuser(place.path());
    superuser.must("ALTER DATABASE " + place.path().section(u'/', -1).toLatin1() + " OWNER TO "
                   + owner.name().toLatin1());
    const QByteArray grant = "GRANT pg_signal_backend, pg_read_all_stats TO " + owner.name().toLatin1();
    const Andonctl ctl(owner.uri());
    const Andonctl::Result text = ctl.run({"init-roles"});
    QVERIFY2(text.status == 0, text.err.constData());
    QVERIFY2(text.err.contains("A superuser of the server has yet to say `" + grant + "`."), text.err.constData());
    const Andonctl::Result json = ctl.run({"init-roles", "--json"});
    QCOMPARE(json.status, 0);
    QCOMPARE(json.json().value("missing_grant").toString(), QString::fromLatin1(grant));
    superuser.must(grant);
    QCOMPARE(ctl.run({"init-roles"}).err, QByteArray());
}

QTEST_GUILESS_MAIN(TestAndonctlRoles)
#include "tst_andonctl_roles.moc"
