// SPDX-License-Identifier: Apache-2.0
// A program that takes actions in its own process, and obeys stops.
#include "core/gate/GateErrors.h"
#include "core/guard/AgentSession.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QFile>
#include <QJsonDocument>
#include <QTest>

#include <atomic>
#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

AgentSession::Options optionsFor(const TemporaryDatabase &temporary, const QString &agent = QStringLiteral("agent-7"))
{
    AgentSession::Options options;
    options.database = temporary.path();
    options.agentId = agent;
    options.by = QStringLiteral("agent@bench");
    return options;
}

ActionRequest drain()
{
    ActionRequest request;
    request.actionName = QStringLiteral("drain_store");
    request.reason = QStringLiteral("test");
    return request;
}

} // namespace

class TestAgentSession : public QObject
{
    Q_OBJECT

private slots:
    void anActionRunsAndIsRecorded();
    void s3_nothingStartsInObserve();
    void s4_aRunningActionLearnsOfAStopAndConfirmsIt();
    void s4_aRunningActionLearnsOfAHoldOfItsAgent();
    void s4_aPermitThatIsTakenAwayByHandStopsToo();
    void s4_anIdleSessionConfirmsAStop();
    void anActionThatIsForgottenIsRecordedAsFailed();
    void aSessionThatEndsIsNotAwaited();
    void anApprovedActionStartsWithItsToken();
};

void TestAgentSession::anActionRunsAndIsRecorded()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentSession session(optionsFor(temporary));
    session.checkCanExecute();
    RunningAction action = session.start(drain());
    QCOMPARE(bench.statusOf(action.id()), "executing");
    QCOMPARE(bench.store.get(action.id()).guardHost, ProcessIdentity::current().host);
    QVERIFY(!action.isStopRequested());
    action.checkMayGoOn();
    action.complete(QJsonObject{{"moved", 3}});
    QCOMPARE(bench.statusOf(action.id()), "completed");
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, action.fail("twice"));
    RunningAction second = session.start(drain());
    second.fail("it broke");
    QCOMPARE(bench.statusOf(second.id()), "failed");
}

void TestAgentSession::s3_nothingStartsInObserve()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    AgentSession session(optionsFor(temporary));
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, session.checkCanExecute());
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, static_cast<void>(session.start(drain())));
    QCOMPARE(bench.countEvents("executing"), 0);
}

void TestAgentSession::s4_aRunningActionLearnsOfAStopAndConfirmsIt()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    std::atomic_int stops{0};
    AgentSession::Options options = optionsFor(temporary);
    options.onStop = [&stops](const QString &) { ++stops; };
    AgentSession session(options);
    RunningAction action = session.start(drain());
    StopReceipt receipt;
    std::thread presser([&] {
        Workbench person(temporary.path());
        receipt = person.controller.killSwitch("enough");
    });
    QVERIFY(QTest::qWaitFor([&] { return action.isStopRequested(); }, 5000));
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, action.checkMayGoOn());
    action.stopped("left the store as it was");
    presser.join();
    QCOMPARE(stops, 1);
    QCOMPARE(bench.statusOf(action.id()), "cancelled");
    QVERIFY2(receipt.isAnswered(), QJsonDocument(receipt.toJson()).toJson().constData());
    QCOMPARE(receipt.expected(), 2); // the action, and the session itself
    QCOMPARE(receipt.confirmed(), 2);
    QCOMPARE(receipt.targets.first().detail, "left the store as it was");
}

void TestAgentSession::s4_aRunningActionLearnsOfAHoldOfItsAgent()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentSession seven(optionsFor(temporary));
    AgentSession eight(optionsFor(temporary, QStringLiteral("agent-8")));
    RunningAction held = seven.start(drain());
    RunningAction free = eight.start(drain());
    std::thread presser([&] {
        Workbench person(temporary.path());
        person.controller.hold(StopScope::agent("agent-7"), "it misbehaves");
    });
    QVERIFY(QTest::qWaitFor([&] { return held.isStopRequested(); }, 5000));
    held.stopped();
    presser.join();
    QVERIFY(!free.isStopRequested());
    free.complete();
    QCOMPARE(bench.statusOf(held.id()), "cancelled");
    QCOMPARE(bench.statusOf(free.id()), "completed");
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, seven.checkCanExecute());
    eight.checkCanExecute();
}

void TestAgentSession::s4_aPermitThatIsTakenAwayByHandStopsToo()
{
    ANDON_SQLITE_ONLY("a server has no permit file");
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentSession session(optionsFor(temporary));
    RunningAction action = session.start(drain());
    QVERIFY(QFile::remove(temporary.permitPath()));
    QVERIFY(QTest::qWaitFor([&] { return action.isStopRequested(); }, 2000));
    action.stopped(); // carries the stop out itself, since nobody else does
    QVERIFY(bench.state().tripped);
}

void TestAgentSession::s4_anIdleSessionConfirmsAStop()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const AgentSession session(optionsFor(temporary));
    const StopReceipt receipt = bench.controller.killSwitch("enough");
    QCOMPARE(receipt.expected(), 1);
    QCOMPARE(receipt.confirmed(), 1);
    QCOMPARE(ForeignClient(temporary.path()).number("SELECT acknowledged_epoch FROM andon_agent"), receipt.epoch.value);
}

void TestAgentSession::anActionThatIsForgottenIsRecordedAsFailed()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentSession session(optionsFor(temporary));
    ProposalId id;
    {
        const RunningAction action = session.start(drain());
        id = action.id();
    }
    QCOMPARE(bench.statusOf(id), "failed");
}

void TestAgentSession::aSessionThatEndsIsNotAwaited()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    {
        const AgentSession session(optionsFor(temporary));
    }
    QCOMPARE(bench.controller.killSwitch("enough").expected(), 0);
}

void TestAgentSession::anApprovedActionStartsWithItsToken()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentSession session(optionsFor(temporary));
    ActionRequest request = drain();
    request.needsApproval = true;
    QVERIFY_THROWS_EXCEPTION(ApprovalError, static_cast<void>(session.start(request)));
    const ProposalId id = session.propose(request);
    const Approval approval = bench.store.approvals().approve(id, "looked at it");
    session.startProposed(id, approval.token).complete();
    QCOMPARE(bench.statusOf(id), "completed");
}

QTEST_GUILESS_MAIN(TestAgentSession)
#include "tst_agentsession.moc"
