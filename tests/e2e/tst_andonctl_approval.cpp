// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardedTree.h"
#include "core/safety/TripSwitch.h"
#include "tests/support/Andonctl.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TemporaryDatabase.h"
#include "tests/support/TestEngine.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

#include <csignal>

using namespace andon::test;

/// Actions that need a person's word, and the settings, from a shell.
class TestAndonctlApproval : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void approvedTheCommandRuns();
    void refusedTheCommandNeverRuns_data();
    void refusedTheCommandNeverRuns();
    void aRefusalNamesTheStopThatIsNotRecordedYet();
    void nobodyAnswersInTime();
    void interruptedWhileItWaits_data();
    void interruptedWhileItWaits();
    void anApprovalIsGoodForOneStart();
    void anApprovalIsVoidAfterAStop();
    void rejectedIsCancelled();
    void decisionsThatCannotBeMade_data();
    void decisionsThatCannotBeMade();
    void approveIsBlockedWhileTheGateIsClosed();
    void requiredOfAll();
    void settingsAreShownAndChanged();
    void settingsThatMakeNoSense();

private:
    /// `andonctl run` of a command that leaves a trace, once it waits for an answer.
    [[nodiscard]] std::unique_ptr<QProcess> waiting() const
    {
        std::unique_ptr<QProcess> process = m_ctl->start({"run", "--action", "a", "--reason", "r", "--agent-id",
                                                          "agent-1", "--require-approval", "--", "touch", trace()});
        return Andonctl::waitUntilItSays(*process, "waits for a person's word: andonctl approve 1") ? std::move(process)
                                                                                                    : nullptr;
    }
    [[nodiscard]] QString trace() const { return m_place->file("trace"); }
    [[nodiscard]] QJsonObject action(int id) const
    {
        const QJsonArray actions = m_ctl->run({"actions", "--json"}).json().value("actions").toArray();
        for (const QJsonValue one : actions) {
            if (one.toObject().value("id").toInt() == id)
                return one.toObject();
        }
        return {};
    }
    void proposeOne(const QStringList &more = {"--require-approval"})
    {
        QCOMPARE(m_ctl->run(QStringList{"propose", "--action", "a", "--reason", "r"} + more).status, 0);
        QCOMPARE(m_ctl->run({"validate", "1"}).status, 0);
    }

    std::unique_ptr<TemporaryDatabase> m_place;
    std::unique_ptr<Andonctl> m_ctl;
};

void TestAndonctlApproval::init()
{
    if (andon::GuardedTree::findProgram().isEmpty())
        QSKIP("this system has no andon-guard");
    m_place = std::make_unique<TemporaryDatabase>();
    m_ctl = std::make_unique<Andonctl>(m_place->path());
    QCOMPARE(m_ctl->run({"mode", "execute", "--reason", "test"}).status, 0);
}

void TestAndonctlApproval::approvedTheCommandRuns()
{
    const std::unique_ptr<QProcess> command = waiting();
    QVERIFY(command);
    QCOMPARE(action(1).value("status").toString(), "proposed");
    QCOMPARE(action(1).value("approval").toString(), "waiting");
    QVERIFY(m_ctl->run({"actions"}).out.contains("proposed (waiting)"));
    QVERIFY(!QFileInfo::exists(trace()));
    QCOMPARE(m_ctl->run({"approve", "1", "--reason", "looks right"}).status, 0);
    QCOMPARE(Andonctl::finish(*command).status, 0);
    QVERIFY(QFileInfo::exists(trace()));
    QCOMPARE(action(1).value("status").toString(), "completed");
    QCOMPARE(m_ctl->eventTypes().mid(1),
             (QStringList{"proposed", "approval_asked", "approved", "validated", "executing", "completed"}));
}

void TestAndonctlApproval::refusedTheCommandNeverRuns_data()
{
    QTest::addColumn<QStringList>("act");
    QTest::addColumn<int>("expected");
    QTest::addColumn<QByteArray>("sentence");
    QTest::newRow("rejected") << QStringList{"reject", "1", "--reason", "too risky"} << 3
                              << QByteArray("Action 1 was not approved: too risky.");
    QTest::newRow("stopped") << QStringList{"kill"} << 4 << QByteArray("observe-only mode is active. Stop 1");
    QTest::newRow("agent held") << QStringList{"kill", "--agent", "agent-1"} << 4 << QByteArray("is held");
    QTest::newRow("action held") << QStringList{"kill", "--action", "a"} << 4 << QByteArray("is held");
    QTest::newRow("observe") << QStringList{"mode", "observe", "--reason", "x"} << 3
                             << QByteArray("observe-only mode is active");
    QTest::newRow("cancelled") << QStringList{"cancel", "1"} << 3 << QByteArray("Action 1 is cancelled meanwhile");
}

void TestAndonctlApproval::refusedTheCommandNeverRuns()
{
    QFETCH(QStringList, act);
    QFETCH(int, expected);
    QFETCH(QByteArray, sentence);
    const std::unique_ptr<QProcess> command = waiting();
    QVERIFY(command);
    QCOMPARE(m_ctl->run(act).status, 0);
    const Andonctl::Result result = Andonctl::finish(*command);
    QCOMPARE(result.status, expected);
    QVERIFY2(result.err.contains(sentence), result.err.constData());
    QVERIFY(!QFileInfo::exists(trace()));
    QCOMPARE(action(1).value("status").toString(), "cancelled");
    QCOMPARE(m_ctl->eventTypes().count("cancelled"), 1);
}

void TestAndonctlApproval::aRefusalNamesTheStopThatIsNotRecordedYet()
{
    const std::unique_ptr<QProcess> command = waiting();
    QVERIFY(command);
    // Pressed, and not recorded by its own program: the one that waits notices it first, and carries it out.
    const andon::Trip trip = andon::TripSwitch(m_place->location())
                                 .trip(andon::StopRequest::Kind::Stop, "alice", "now");
    QVERIFY(trip.isFiled);
    QCOMPARE(trip.permitRevokedUs.has_value(), !isOnPostgres()); // a server's permit is its state row
    const Andonctl::Result result = Andonctl::finish(*command);
    QCOMPARE(result.status, 4);
    QVERIFY2(result.err.contains("observe-only mode is active. Stop 1"), result.err.constData());
    QVERIFY(!QFileInfo::exists(trace()));
    QCOMPARE(action(1).value("status").toString(), "cancelled");
}

void TestAndonctlApproval::nobodyAnswersInTime()
{
    QCOMPARE(m_ctl->run({"config", "approval.seconds", "1"}).status, 0);
    const std::unique_ptr<QProcess> command = waiting();
    QVERIFY(command);
    const Andonctl::Result result = Andonctl::finish(*command);
    QCOMPARE(result.status, 3);
    QVERIFY2(result.err.contains("nobody approved it in time"), result.err.constData());
    QVERIFY(!QFileInfo::exists(trace()));
    QCOMPARE(action(1).value("status").toString(), "cancelled");
    QCOMPARE(action(1).value("approval").toString(), "expired");
    QCOMPARE(m_ctl->run({"approve", "1", "--reason", "late"}).status, 1);
}

void TestAndonctlApproval::interruptedWhileItWaits_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("INT") << SIGINT;
    QTest::newRow("TERM") << SIGTERM;
}

void TestAndonctlApproval::interruptedWhileItWaits()
{
    QFETCH(int, number);
    const std::unique_ptr<QProcess> command = waiting();
    QVERIFY(command);
    ::kill(static_cast<pid_t>(command->processId()), number);
    const Andonctl::Result result = Andonctl::finish(*command);
    QCOMPARE(result.status, 128 + number);
    QVERIFY2(result.err.contains("the command never ran"), result.err.constData());
    QVERIFY(!QFileInfo::exists(trace()));
    QCOMPARE(action(1).value("status").toString(), "cancelled");
    QCOMPARE(m_ctl->run({"approve", "1", "--reason", "late"}).status, 1);
}

void TestAndonctlApproval::anApprovalIsGoodForOneStart()
{
    proposeOne();
    Andonctl::Result claim = m_ctl->run({"claim", "1"});
    QCOMPARE(claim.status, 3);
    QVERIFY2(claim.err.contains("nobody has answered yet"), claim.err.constData());

    const QJsonObject approval = m_ctl->run({"approve", "1", "--reason", "fine", "--json"}).json();
    QCOMPARE(approval.value("id").toInt(), 1);
    QCOMPARE(approval.value("epoch").toInt(), 2);
    const QString token = approval.value("token").toString();
    QCOMPARE(token.size(), 32);
    QVERIFY(QDateTime::fromString(approval.value("expires_at").toString(), Qt::ISODateWithMs)
            > QDateTime::currentDateTimeUtc());

    QCOMPARE(m_ctl->run({"claim", "1"}).status, 3);
    QCOMPARE(m_ctl->run({"claim", "1", "--token", QString(32, '0')}).status, 3);
    QCOMPARE(m_ctl->eventTypes().count("approval_refused"), 3);
    QCOMPARE(m_ctl->run({"claim", "1", "--token", token}).status, 0);
    QCOMPARE(m_ctl->run({"claim", "1", "--token", token}).status, 1); // it executes already
    QVERIFY(!m_ctl->run({"actions", "--json"}).out.contains(token.toUtf8()));
    QVERIFY(!m_ctl->run({"log", "--json"}).out.contains(token.toUtf8()));
}

void TestAndonctlApproval::anApprovalIsVoidAfterAStop()
{
    proposeOne();
    const QString token = m_ctl->run({"approve", "1", "--reason", "fine", "--json"}).json().value("token").toString();
    QCOMPARE(m_ctl->run({"mode", "observe", "--reason", "x"}).status, 0);
    QCOMPARE(m_ctl->run({"mode", "execute", "--reason", "x"}).status, 0);
    QCOMPARE(m_ctl->run({"claim", "1", "--token", token}).status, 1); // observe has cancelled it
    QCOMPARE(action(1).value("status").toString(), "cancelled");
}

void TestAndonctlApproval::rejectedIsCancelled()
{
    proposeOne();
    QCOMPARE(m_ctl->run({"reject", "1", "--reason", "no", "--json"}).json(),
             (QJsonObject{{"id", 1}, {"status", "cancelled"}}));
    QCOMPARE(action(1).value("approval").toString(), "rejected");
    const Andonctl::Result again = m_ctl->run({"approve", "1", "--reason", "yes"});
    QCOMPARE(again.status, 1);
    QVERIFY2(again.err.contains("Action 1 is cancelled; it cannot become approved or rejected."),
             again.err.constData());
    QCOMPARE(m_ctl->eventTypes().mid(4), (QStringList{"rejected", "cancelled"}));
}

void TestAndonctlApproval::decisionsThatCannotBeMade_data()
{
    QTest::addColumn<QString>("verb");
    QTest::newRow("approve") << "approve";
    QTest::newRow("reject") << "reject";
}

void TestAndonctlApproval::decisionsThatCannotBeMade()
{
    QFETCH(QString, verb);
    proposeOne({});
    struct Case
    {
        QStringList words;
        int status;
        QByteArray sentence;
    };
    const QList<Case> cases{
        {{}, 2, "id is required"},
        {{"1"}, 2, "--reason is required"},
        {{"1", "--reason", " "}, 2, "--reason must say something"},
        {{"one", "--reason", "x"}, 2, "is a whole number from 1"},
        {{"99", "--reason", "x"}, 1, "There is no action 99."},
        {{"1", "--reason", "x"}, 3, "Action 1 needs no approval."},
    };
    for (const Case &one : cases) {
        const Andonctl::Result result = m_ctl->run(QStringList{verb} + one.words);
        QVERIFY2(result.status == one.status && result.err.contains(one.sentence), result.err.constData());
    }
    QCOMPARE(action(1).value("status").toString(), "validated");
}

void TestAndonctlApproval::approveIsBlockedWhileTheGateIsClosed()
{
    QCOMPARE(m_ctl->run({"mode", "observe", "--reason", "x"}).status, 0);
    proposeOne();
    QCOMPARE(m_ctl->run({"approve", "1", "--reason", "x"}).status, 3);
    QCOMPARE(action(1).value("approval").toString(), "waiting");
    QCOMPARE(m_ctl->run({"reject", "1", "--reason", "x"}).status, 0); // no is always possible
}

void TestAndonctlApproval::requiredOfAll()
{
    QCOMPARE(m_ctl->run({"config", "approval.required", "yes"}).status, 0);
    proposeOne({});
    QCOMPARE(m_ctl->run({"claim", "1"}).status, 3);
    // A program that has never heard of approvals meets the database's own gate.
    ForeignClient foreign(m_place->path(), 5000);
    foreign.must("INSERT INTO action_proposals(action_name, status) VALUES('b', 'validated')");
    QCOMPARE(foreign.run("UPDATE action_proposals SET status = 'executing' WHERE action_name = 'b'"),
             "Action execution blocked: it needs an approval that is valid now");
    QCOMPARE(m_ctl->run({"approve", "2", "--reason", "fine"}).status, 0); // asked for late, and answered
    QCOMPARE(foreign.run("UPDATE action_proposals SET status = 'executing' WHERE action_name = 'b'"), QString());
}

void TestAndonctlApproval::settingsAreShownAndChanged()
{
    const QJsonObject standard = m_ctl->run({"config", "--json"}).json();
    QCOMPARE(standard.value("approval.required").toString(), "no");
    QCOMPARE(standard.value("approval.seconds").toString(), "60");
    QCOMPARE(standard.value("stop.deadline_ms").toString(), "2000");
    QCOMPARE(m_ctl->run({"config", "approval.seconds"}).out, QByteArray("approval.seconds = 60\n"));

    QCOMPARE(m_ctl->run({"config", "approval.seconds", "90", "--json"}).json(),
             (QJsonObject{{"approval.seconds", "90"}}));
    QCOMPARE(m_ctl->run({"config", "approval.seconds"}).out, QByteArray("approval.seconds = 90\n"));
    const QString data = ForeignClient(m_place->path(), 5000)
                             .value("SELECT event_data FROM action_audit_log WHERE event_type = 'setting_change'");
    const QJsonObject event = QJsonDocument::fromJson(data.toUtf8()).object();
    QCOMPARE(event.value("setting").toString(), "approval.seconds");
    QCOMPARE(event.value("old_value").toString(), "60");
    QCOMPARE(event.value("new_value").toString(), "90");
    QVERIFY(!event.value("by").toString().isEmpty());
}

void TestAndonctlApproval::settingsThatMakeNoSense()
{
    const QList<QStringList> all{{"approval.maybe"},         {"schema_version", "1"},
                                 {"approval.required", "1"}, {"approval.seconds", "soon"},
                                 {"approval.seconds", "0"},  {"stop.deadline_ms", "600001"},
                                 {"redaction", "x"}};
    const QByteArray before = m_ctl->run({"config", "--json"}).out;
    for (const QStringList &words : all) {
        const Andonctl::Result result = m_ctl->run(QStringList{"config"} + words);
        QCOMPARE(result.status, 2);
        QVERIFY2(result.err.contains(words.first().toUtf8()), result.err.constData());
    }
    QCOMPARE(m_ctl->run({"config", "--json"}).out, before);
    QVERIFY(!m_ctl->eventTypes().contains("setting_change"));
}

QTEST_GUILESS_MAIN(TestAndonctlApproval)
#include "tst_andonctl_approval.moc"
