// SPDX-License-Identifier: Apache-2.0
// A stop of one agent, or of one kind of action.
#include "core/gate/GateErrors.h"
#include "core/safety/TripSwitch.h"
#include "tests/support/AgentDatabase.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ProtocolScript.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QTest>

#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

const QString kSeven = QStringLiteral("agent-7");
const QString kEight = QStringLiteral("agent-8");

ProposalId proposed(Workbench &bench, const QString &agent, const QString &name = QStringLiteral("drain_store"))
{
    ActionRequest request;
    request.actionName = name;
    request.agentId = agent;
    request.reason = QStringLiteral("test");
    return bench.store.propose(request);
}

ProposalId validated(Workbench &bench, const QString &agent, const QString &name = QStringLiteral("drain_store"))
{
    const ProposalId id = proposed(bench, agent, name);
    bench.store.validate(id);
    return id;
}

QByteArray claimSql(ProposalId id)
{
    return "UPDATE action_proposals SET status = 'executing' WHERE id = " + QByteArray::number(id.value);
}

} // namespace

class TestHold : public QObject
{
    Q_OBJECT

private slots:
    void s3_aHeldAgentCannotClaimWhileAnotherGoesOn();
    void s3_aHeldKindOfActionCannotBeClaimedByAnybody();
    void s3_plainSqlOfAHeldAgentIsRefused();
    void s3_aHoldBetweenClaimAndStartCancelsTheAction_data();
    void s3_aHoldBetweenClaimAndStartCancelsTheAction();
    void s3_aHoldThatIsNotRecordedYetStopsOnlyWhatItCovers();
    void s2_whatIsNotUnderstoodAmongTheHoldsStopsEverything();
    void s3_aHeldAgentRacesWithItsHold();
    void s5_aHoldIsLatchedAndResetByItself();
    void s5_theWiderStopWinsAndItsResetLeavesTheNarrower();
    void s5_aNewerHoldTakesThePlaceOfTheOlder();
    void s7_aHoldCancelsWhatIsPendingOfItAlone();
    void aHoldDoesNotHideTheStopThatStands();
    void aHoldLeavesModeEpochAndPermitAsTheyAre();
    void anAgentWithoutANameIsNotHeldWithAnother();
    void anAdoptedTableWithoutAgentsCanHoldKindsOfAction();
};

void TestHold::s3_aHeldAgentCannotClaimWhileAnotherGoesOn()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const StopReceipt receipt = bench.controller.hold(StopScope::agent(kSeven), "it misbehaves");
    const ProposalId held = validated(bench, kSeven);
    const auto error = thrown<ObserveOnlyError>([&] { bench.store.claim(held); });
    QVERIFY(error);
    QVERIFY(error->because() == ObserveOnlyError::Cause::Held);
    QVERIFY(error->message().startsWith(ObserveOnlyError::heldPrefix()));
    QVERIFY(error->message().contains("--stop-id " + receipt.stopId.toString()));
    QCOMPARE(bench.statusOf(held), "validated");
    const ProposalId free = validated(bench, kEight);
    bench.store.claim(free);
    QCOMPARE(bench.statusOf(free), "executing");
}

void TestHold::s3_aHeldKindOfActionCannotBeClaimedByAnybody()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.controller.hold(StopScope::action("drain_store"));
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(validated(bench, kSeven)));
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(validated(bench, kEight)));
    bench.store.claim(validated(bench, kSeven, "transfer_leader"));
}

void TestHold::s3_plainSqlOfAHeldAgentIsRefused()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.controller.hold(StopScope::agent(kSeven));
    const ProposalId held = validated(bench, kSeven);
    const ProposalId free = validated(bench, kEight);
    ForeignClient plain(temporary.path());
    plain.must("BEGIN");
    QCOMPARE(plain.run(claimSql(held)), ObserveOnlyError::heldPrefix());
    QVERIFY(plain.isAutocommit()); // and holds no lock afterwards
    QCOMPARE(plain.run("INSERT INTO action_proposals(action_name, status, agent_id) "
                       "VALUES('drain_store', 'executing', 'agent-7')"),
             ObserveOnlyError::heldPrefix());
    QCOMPARE(plain.run(claimSql(free)), QString());
}

void TestHold::s3_aHoldBetweenClaimAndStartCancelsTheAction_data()
{
    QTest::addColumn<ProtocolStep>("when");
    QTest::addColumn<bool>("isReleased");
    QTest::newRow("after the claim's commit") << ProtocolStep::ClaimCommitted << false;
    QTest::newRow("after watching began") << ProtocolStep::WatchStarted << false;
    QTest::newRow("and released again") << ProtocolStep::WatchStarted << true;
}

void TestHold::s3_aHoldBetweenClaimAndStartCancelsTheAction()
{
    QFETCH(ProtocolStep, when);
    QFETCH(bool, isReleased);
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench agent(temporary.path(), script.observer());
    Workbench person(temporary.path());
    person.arm();
    const ProposalId id = validated(agent, kSeven);
    script.at(when, [&] {
        const StopReceipt receipt = person.controller.hold(StopScope::agent(kSeven));
        if (isReleased)
            person.controller.reset(receipt.stopId, "a mistake");
    });
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, agent.store.claim(id));
    QVERIFY(script.isDone());
    QCOMPARE(agent.statusOf(id), "cancelled");
}

void TestHold::s3_aHoldThatIsNotRecordedYetStopsOnlyWhatItCovers()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId held = validated(bench, kSeven);
    const Trip trip = TripSwitch(temporary.location()).hold(StopScope::agent(kSeven), "alice@ops-1", "then it died");
    QVERIFY(trip.isFiled);
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(held));
    bench.store.claim(validated(bench, kEight));
    QVERIFY(bench.controller.canExecute());

    bench.controller.recover(); // the next opener carries it out, in the name of whoever filed it
    const QList<Hold> holds = bench.controller.holds();
    QCOMPARE(holds.size(), 1);
    QCOMPARE(holds.first().scope, StopScope::agent(kSeven));
    QCOMPARE(holds.first().by, "alice@ops-1");
    QCOMPARE(bench.statusOf(held), "cancelled");
    QVERIFY(!QFile::exists(holdOf(temporary.path())));
}

void TestHold::s2_whatIsNotUnderstoodAmongTheHoldsStopsEverything()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId id = validated(bench, kEight);
    QVERIFY(QDir().mkdir(holdOf(temporary.path())));
    write(holdOf(temporary.path()) + "/what-is-this", "");
    QVERIFY(!bench.controller.canExecute());
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(id));
    bench.controller.recover();
    QVERIFY(bench.state().tripped);
    QVERIFY(!QFile::exists(holdOf(temporary.path())));
}

void TestHold::s3_aHeldAgentRacesWithItsHold()
{
    constexpr int kRounds = 100;
    const TemporaryDatabase temporary;
    Workbench person(temporary.path());
    person.arm();
    std::atomic_bool isOver{false};
    std::atomic_int trouble{0};
    const auto byAndon = [&](const QString &agent) {
        Workbench bench(temporary.path());
        while (!isOver) {
            try {
                const ProposalId id = validated(bench, agent);
                bench.store.claim(id);
                bench.store.complete(id);
            } catch (const ObserveOnlyError &) {
                std::this_thread::yield();
            } catch (const Error &error) { // its action was cancelled under its hands
                if (dynamic_cast<const StorageError *>(&error) != nullptr)
                    ++trouble;
            }
        }
    };
    const auto bySql = [&] {
        ForeignClient plain(temporary.path(), 20'000);
        while (!isOver) {
            static_cast<void>(plain.run("INSERT INTO action_proposals(action_name, status, agent_id) "
                                        "VALUES('plain', 'executing', 'agent-7')"));
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    };
    std::thread seven([&] { byAndon(kSeven); });
    std::thread eight([&] { byAndon(kEight); });
    std::thread plain(bySql);
    ForeignClient look(temporary.path(), 20'000);
    const auto startedBy = [&look](const QByteArray &agent) {
        return look.number("SELECT (SELECT count(*) FROM action_audit_log l JOIN action_proposals p ON p.id = "
                           "l.proposal_id WHERE l.event_type = 'executing' AND p.agent_id = '"
                           + agent
                           + "') + (SELECT count(*) FROM action_proposals WHERE action_name = 'plain' "
                             "AND agent_id = '"
                           + agent + "')");
    };
    int slipped = 0;
    int stuck = 0;
    for (int round = 0; round < kRounds; ++round) {
        const StopReceipt receipt = person.controller.hold(StopScope::agent(kSeven), "round");
        const qint64 held = startedBy("agent-7");
        const qint64 free = startedBy("agent-8");
        QTest::qWait(2);
        slipped += startedBy("agent-7") != held ? 1 : 0;
        stuck += QTest::qWaitFor([&] { return startedBy("agent-8") > free; }, 5000) ? 0 : 1;
        slipped += startedBy("agent-7") != held ? 1 : 0;
        person.controller.reset(receipt.stopId, "next round");
    }
    isOver = true;
    seven.join();
    eight.join();
    plain.join();
    QCOMPARE(slipped, 0);
    QCOMPARE(stuck, 0);
    QCOMPARE(trouble, 0);
    QVERIFY(startedBy("agent-7") > 0);
}

void TestHold::s5_aHoldIsLatchedAndResetByItself()
{
    const TemporaryDatabase temporary;
    StopId stop;
    {
        Workbench bench(temporary.path());
        bench.arm();
        stop = bench.controller.hold(StopScope::agent(kSeven), "it misbehaves").stopId;
    }
    Workbench bench(temporary.path());
    QCOMPARE(bench.controller.status().holds.size(), 1);
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(validated(bench, kSeven)));
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, bench.controller.reset(stop, " "));
    bench.controller.reset(stop, "mended");
    QVERIFY(bench.controller.status().holds.isEmpty());
    QVERIFY(bench.controller.mode() == SafetyMode::Execute); // a hold never changed it
    bench.store.claim(validated(bench, kSeven));
    QVERIFY_THROWS_EXCEPTION(StaleStateError, bench.controller.reset(stop, "again"));
}

void TestHold::s5_theWiderStopWinsAndItsResetLeavesTheNarrower()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const StopReceipt hold = bench.controller.hold(StopScope::agent(kSeven), "narrow");
    const StopReceipt stop = bench.controller.killSwitch("wide");
    QVERIFY(stop.stopId > hold.stopId);
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(validated(bench, kEight)));
    bench.controller.reset(stop.stopId, "wide is mended");
    bench.arm();
    QCOMPARE(bench.controller.holds().size(), 1);
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(validated(bench, kSeven)));
    bench.store.claim(validated(bench, kEight));

    const StopReceipt second = bench.controller.killSwitch("wide again");
    bench.controller.reset(hold.stopId, "narrow is mended");
    QVERIFY(bench.state().tripped); // resetting the narrower leaves the wider
    QCOMPARE(bench.state().stopId, second.stopId);
}

void TestHold::s5_aNewerHoldTakesThePlaceOfTheOlder()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const StopReceipt older = bench.controller.hold(StopScope::agent(kSeven), "once");
    const StopReceipt newer = bench.controller.hold(StopScope::agent(kSeven), "twice");
    QVERIFY_THROWS_EXCEPTION(StaleStateError, bench.controller.reset(older.stopId, "mended"));
    QCOMPARE(bench.controller.holds().size(), 1);
    bench.controller.reset(newer.stopId, "mended");
    QVERIFY(bench.controller.holds().isEmpty());
}

void TestHold::s7_aHoldCancelsWhatIsPendingOfItAlone()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId held = proposed(bench, kSeven);
    const ProposalId alsoHeld = validated(bench, kSeven);
    const ProposalId free = validated(bench, kEight);
    const StopReceipt receipt = bench.controller.hold(StopScope::agent(kSeven), "it misbehaves");
    QCOMPARE(receipt.cancelledCount, 2);
    QCOMPARE(bench.statusOf(held), "cancelled");
    QCOMPARE(bench.statusOf(alsoHeld), "cancelled");
    QCOMPARE(bench.statusOf(free), "validated");
    QCOMPARE(bench.countEvents("cancelled"), 2);
    const QList<AuditEvent> stops = bench.auditor.events(std::nullopt, EventType::kKillSwitch);
    const QJsonObject event = stops.first().dataObject();
    QCOMPARE(event.value("scope").toString(), "agent");
    QCOMPARE(event.value("target").toString(), kSeven);
    QCOMPARE(event.value("cancelled_count").toInt(), 2);
    bench.controller.reset(receipt.stopId, "mended");
    const QList<AuditEvent> resets = bench.auditor.events(std::nullopt, EventType::kReset);
    QCOMPARE(resets.first().dataObject().value("target").toString(), kSeven);
    QCOMPARE(bench.statusOf(held), "cancelled");
}

void TestHold::aHoldDoesNotHideTheStopThatStands()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const StopReceipt stop = bench.controller.killSwitch("wide");
    const StopReceipt hold = bench.controller.hold(StopScope::agent(kSeven), "narrow, and later");
    QCOMPARE(bench.controller.receipt()->stopId, stop.stopId);
    bench.controller.reset(stop.stopId, "mended");
    QCOMPARE(bench.controller.receipt()->stopId, hold.stopId);
}

void TestHold::aHoldLeavesModeEpochAndPermitAsTheyAre()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const SafetyState before = bench.state();
    bench.controller.hold(StopScope::action("drain_store"));
    QCOMPARE(bench.state(), before);
    QVERIFY(bench.controller.canExecute());
    QVERIFY(!QFile::exists(holdOf(temporary.path())));
}

void TestHold::anAgentWithoutANameIsNotHeldWithAnother()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, bench.controller.hold(StopScope::agent("")));
    bench.controller.hold(StopScope::agent(kSeven));
    bench.store.claim(validated(bench, {}));
}

void TestHold::anAdoptedTableWithoutAgentsCanHoldKindsOfAction()
{
    ANDON_SQLITE_ONLY("an agent's own tables are adopted in files alone");
    const TemporaryDatabase temporary;
    const AgentDatabase agent(temporary.path(), AgentDatabase::Columns::Few);
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId id = bench.proposeValidated("drain_store");
    bench.controller.hold(StopScope::agent(kSeven)); // there is nobody of that name, and nobody is hurt
    ForeignClient plain(temporary.path());
    QCOMPARE(plain.run(claimSql(id)), QString());
    bench.controller.hold(StopScope::action("drain_store"));
    const ProposalId second = bench.proposeValidated("drain_store");
    QCOMPARE(plain.run(claimSql(second)), ObserveOnlyError::heldPrefix());
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.store.claim(second));
}

QTEST_GUILESS_MAIN(TestHold)
#include "tst_hold.moc"
