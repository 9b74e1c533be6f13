// SPDX-License-Identifier: Apache-2.0
// The moment an action starts: validated -> executing.
#include "core/actions/ActionStore.h"
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ProtocolScript.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QTest>

using namespace andon;
using namespace andon::test;

class TestClaim : public QObject
{
    Q_OBJECT

private slots:
    void s3_noClaimWhileObserving();
    void s3_aClaimInsideATransactionIsRefused();
    void s3_aStopBetweenClaimAndStartCancelsTheAction_data();
    void s3_aStopBetweenClaimAndStartCancelsTheAction();
    void s3_aStopThatWasResetAndArmedAgainStillCancelsTheClaim();
    void s3_aStopBeforeTheClaimsTransactionIsRefusedByTheDatabase();
    void watchingBeginsBeforeTheLastLook();
    void oneActionIsClaimedOnce();
};

void TestClaim::s3_noClaimWhileObserving()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    const ProposalId id = bench.proposeValidated();
    bool isWatching = false;
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(id, {[&isWatching] { isWatching = true; }, {}}));
    QVERIFY(!isWatching);
    QCOMPARE(bench.statusOf(id), "validated"); // it may run later
    QCOMPARE(bench.countEvents("executing"), 0);
    QCOMPARE(bench.database.scalar("SELECT count(*) FROM action_records").toInt(), 0);
}

void TestClaim::s3_aClaimInsideATransactionIsRefused()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId id = bench.proposeValidated();
    const Transaction transaction(bench.database);
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, bench.store.claim(id));
    QCOMPARE(bench.statusOf(id), "validated");
}

void TestClaim::s3_aStopBetweenClaimAndStartCancelsTheAction_data()
{
    QTest::addColumn<ProtocolStep>("when");
    QTest::addColumn<QString>("what");
    const QList<QPair<const char *, ProtocolStep>> instants{{"after the claim's commit", ProtocolStep::ClaimCommitted},
                                                            {"after watching began", ProtocolStep::WatchStarted}};
    for (const auto &[name, when] : instants) {
        for (const char *what : {"stop", "stop request only", "observe", "permit removed", "state row removed"}) {
            if (isOnPostgres() && qstrcmp(what, "permit removed") == 0)
                continue; // there the state row is the permit
            QTest::addRow("%s %s", what, name) << when << what;
        }
    }
}

void TestClaim::s3_aStopBetweenClaimAndStartCancelsTheAction()
{
    QFETCH(ProtocolStep, when);
    QFETCH(QString, what);
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench operatorBench(temporary.path());
    Workbench agent(temporary.path(), script.observer());
    operatorBench.arm();
    const ProposalId id = agent.proposeValidated();
    script.at(when, [&] {
        if (what == "stop")
            operatorBench.controller.killSwitch("test");
        else if (what == "stop request only")
            static_cast<void>(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "test"));
        else if (what == "observe")
            operatorBench.controller.setMode(SafetyMode::Observe);
        else if (what == "permit removed")
            QFile::remove(temporary.permitPath());
        else
            ForeignClient(temporary.path()).must("DELETE FROM andon_safety_state");
    });
    const auto error = thrown<Error>([&] { agent.store.claim(id); });
    QVERIFY(script.isDone());
    QVERIFY2(error, "the claim went through");
    QCOMPARE(agent.statusOf(id), "cancelled");
    const AuditEvent last = agent.auditor.events(id).constFirst();
    QCOMPARE(last.eventType, "cancelled");
    QCOMPARE(last.dataObject().value("reason"), "stopped between claim and start");
    QCOMPARE(agent.database.scalar("SELECT success FROM action_records").toString(), "0");
}

void TestClaim::s3_aStopThatWasResetAndArmedAgainStillCancelsTheClaim()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench operatorBench(temporary.path());
    Workbench agent(temporary.path(), script.observer());
    operatorBench.arm();
    const ProposalId id = agent.proposeValidated();
    script.at(ProtocolStep::ClaimCommitted, [&operatorBench] {
        const StopReceipt receipt = operatorBench.controller.killSwitch("test");
        operatorBench.controller.reset(receipt.stopId, "false alarm");
        operatorBench.arm();
        QVERIFY(operatorBench.controller.canExecute());
    });
    const auto error = thrown<ObserveOnlyError>([&] { agent.store.claim(id); });
    QVERIFY2(error, "the claim went through");
    QCOMPARE(error->because(), ObserveOnlyError::Cause::Stopped);
    QCOMPARE(agent.statusOf(id), "cancelled");
}

void TestClaim::s3_aStopBeforeTheClaimsTransactionIsRefusedByTheDatabase()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench operatorBench(temporary.path());
    Workbench agent(temporary.path(), script.observer());
    operatorBench.arm();
    const ProposalId id = agent.proposeValidated();
    // Newer than the stop's sweep, so that it is still pending when the claim comes to it.
    script.at(ProtocolStep::PermitRead, [&operatorBench, &temporary] {
        operatorBench.controller.killSwitch("test");
        ForeignClient(temporary.path())
            .must("DELETE FROM action_proposals; INSERT INTO action_proposals(id, action_name, status) "
                  "VALUES(1, 'a', 'validated')");
    });
    const auto error = thrown<ObserveOnlyError>([&] { agent.store.claim(id); });
    QVERIFY(error);
    QCOMPARE(error->because(), ObserveOnlyError::Cause::Stopped);
    QCOMPARE(agent.statusOf(id), "validated");
    QCOMPARE(agent.countEvents("executing"), 0);
    QVERIFY(!agent.database.isInTransaction());
}

void TestClaim::watchingBeginsBeforeTheLastLook()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench bench(temporary.path(), script.observer());
    bench.arm();
    const ProposalId id = bench.proposeValidated();
    script.clear();
    qsizetype stepsBefore = 0;
    bench.store.claim(id, {[&] { stepsBefore = script.steps().size(); }, {}});
    using Step = ProtocolStep;
    QCOMPARE(script.steps(),
             QList<Step>({Step::RequestLookedFor, Step::StateRowRead, Step::PermitRead, Step::ClaimCommitted,
                          Step::WatchStarted, Step::RequestLookedFor, Step::StateRowRead, Step::PermitRead}));
    QCOMPARE(stepsBefore, 4); // after the commit, before the second look
}

void TestClaim::oneActionIsClaimedOnce()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench first(temporary.path(), script.observer());
    Workbench second(temporary.path());
    first.arm();
    const ProposalId id = first.proposeValidated();
    script.at(ProtocolStep::PermitRead, [&second, id] { second.store.claim(id); }); // both have seen an open gate
    QVERIFY_THROWS_EXCEPTION(TransitionError, first.store.claim(id));
    QCOMPARE(first.statusOf(id), "executing");
    QCOMPARE(first.countEvents("executing"), 1);
}

QTEST_GUILESS_MAIN(TestClaim)
#include "tst_claim.moc"
