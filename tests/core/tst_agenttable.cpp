// SPDX-License-Identifier: Apache-2.0
// Who is connected, what they answer to a stop, and what is said of one that vanished.
#include "core/actions/AgentTable.h"
#include "core/storage/DatabaseTime.h"
#include "core/storage/StoredSettings.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QProcess>
#include <QTest>

#include <thread>
#include <vector>

using namespace andon;
using namespace andon::test;

namespace {

using Outcome = StopTarget::Outcome;

AgentRegistration guardOf(ProposalId id, const ProcessIdentity &process = ProcessIdentity::current())
{
    AgentRegistration one;
    one.proposal = id;
    one.actionName = QStringLiteral("drain_store");
    one.agentId = QStringLiteral("agent-7");
    one.pid = process.pid;
    one.process = process;
    one.registeredAt = QDateTime::currentDateTimeUtc();
    return one;
}

/// A guard on another machine, with a standard lease.
AgentRegistration elsewhere(ProposalId id)
{
    ProcessIdentity process = ProcessIdentity::current().placed();
    process.host = QStringLiteral("another-host");
    AgentRegistration one = guardOf(id, process);
    one.guardProcess = process;
    one.lease = std::chrono::milliseconds(3000);
    return one;
}

/// An identity that was real, of a process that has ended.
ProcessIdentity endedProcess()
{
    QProcess process;
    process.start(QStringLiteral("sleep"), {QStringLiteral("60")});
    if (!process.waitForStarted())
        qFatal("sleep cannot be started");
    ProcessIdentity identity = ProcessIdentity::of(process.processId());
    process.kill();
    process.waitForFinished();
    return identity;
}

} // namespace

class TestAgentTable : public QObject
{
    Q_OBJECT

private slots:
    void s4_aStopNamesWhatRunsAndWhoIsConnected();
    void s4_anAnswerIsMeasuredFromTheRequest();
    void s4_aGuardThatIsGoneIsNotAGuardThatStopped();
    void s4_aGuardWhoseHelperLivesIsNotGone();
    void s4_aGuardElsewhereIsGoneOnceItsLeaseIsOver_data();
    void s4_aGuardElsewhereIsGoneOnceItsLeaseIsOver();
    void s4_aGuardElsewhereThatIsHeardOfAgainIsNotGone();
    void s4_manyOpenersRecordAGuardElsewhereOnce();
    void s4_killSwitchWaitsForTheAnswersUpToTheDeadline();
    void s4_anUnguardedActionIsNamedAndSettledByItsStatus();
    void aHoldAwaitsOnlyWhatItCovers();
    void aProcessIsNotMistakenForALaterOneWithItsNumber();
};

void TestAgentTable::s4_aStopNamesWhatRunsAndWhoIsConnected()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentTable agents(bench.database);
    const ProposalId id = bench.proposeValidated("drain_store");
    const qint64 guard = agents.add(guardOf(id));
    bench.store.claim(id);
    AgentRegistration session = guardOf(id);
    session.kind = AgentRegistration::Kind::Session;
    session.proposal.reset();
    const qint64 connected = agents.add(session);
    const qint64 left = agents.add(session);
    QVERIFY(agents.end(left, "exited", QDateTime::currentDateTimeUtc()));
    QVERIFY(!agents.end(left, "exited", QDateTime::currentDateTimeUtc()));

    bench.controller.commitStop(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "x"));
    StopReceipt receipt = *bench.controller.receipt();
    QCOMPARE(receipt.running, 1);
    QCOMPARE(receipt.expected(), 2);
    QCOMPARE(receipt.confirmed(), 0);
    QVERIFY(!receipt.isAnswered());
    const StopTarget target = receipt.targets.first();
    QVERIFY(target.isGuarded);
    QCOMPARE(target.proposal, id);
    QCOMPARE(target.actionName, "drain_store");
    QCOMPARE(target.pid, ProcessIdentity::current().pid);
    QCOMPARE(target.host, ProcessIdentity::current().host);
    QVERIFY(target.startedAt.isValid());
    QVERIFY(target.outcome == Outcome::Awaited);

    QVERIFY(agents.isAwaited(guard));
    agents.answer(guard, {StopAnswer::Outcome::Stopped, QDateTime::currentDateTimeUtc(), "permit", "3 processes"});
    agents.answer(connected, {StopAnswer::Outcome::Stopped, QDateTime::currentDateTimeUtc(), "database", {}});
    QVERIFY(!agents.isAwaited(guard));
    receipt = *bench.controller.receipt();
    QCOMPARE(receipt.confirmed(), 2);
    QVERIFY(receipt.isAnswered());
    QCOMPARE(receipt.targets.first().via, "permit");
    QCOMPARE(receipt.targets.first().detail, "3 processes");
    QCOMPARE(receipt.toJson().value("actions").toArray().size(), 2);
}

void TestAgentTable::s4_anAnswerIsMeasuredFromTheRequest()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentTable agents(bench.database);
    const ProposalId id = bench.proposeValidated();
    const qint64 guard = agents.add(guardOf(id));
    bench.store.claim(id);
    const Trip trip = TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "x");
    bench.controller.commitStop(trip);
    agents.answer(guard, {StopAnswer::Outcome::Stopped, trip.request.at.addMSecs(38), "socket", {}});
    QCOMPARE(bench.controller.receipt()->targets.first().afterMs, std::optional<qint64>(38));
}

void TestAgentTable::s4_aGuardThatIsGoneIsNotAGuardThatStopped()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentTable agents(bench.database);
    const ProposalId id = bench.proposeValidated();
    static_cast<void>(agents.add(guardOf(id, endedProcess())));
    bench.store.claim(id);
    bench.controller.commitStop(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "x"));
    QVERIFY(bench.controller.hasLeftovers());
    bench.controller.recover();
    QVERIFY(!bench.controller.hasLeftovers());
    const StopReceipt receipt = *bench.controller.receipt();
    QVERIFY(receipt.targets.first().outcome == Outcome::Gone);
    QCOMPARE(receipt.confirmed(), 0);
    QCOMPARE(receipt.stopped, 0);
    QVERIFY(receipt.isAnswered());
    QCOMPARE(bench.statusOf(id), "failed");
    QCOMPARE(bench.countEvents("failed"), 1);
    QCOMPARE(agents.live().size(), 0);
}

void TestAgentTable::s4_aGuardWhoseHelperLivesIsNotGone()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentTable agents(bench.database);
    const ProposalId id = bench.proposeValidated();
    AgentRegistration one = guardOf(id, endedProcess());
    one.guardProcess = ProcessIdentity::current(); // it still ends the tree
    static_cast<void>(agents.add(one));
    bench.store.claim(id);
    bench.controller.recover();
    QCOMPARE(bench.statusOf(id), "executing");
    QCOMPARE(agents.live().size(), 1);
}

void TestAgentTable::s4_aGuardElsewhereIsGoneOnceItsLeaseIsOver_data()
{
    QTest::addColumn<int>("leaseMs");
    QTest::addColumn<int>("unseenMs");
    QTest::addColumn<bool>("isGone");
    // Two seconds more than the lease; a second to this side and the other, for a slow machine.
    QTest::newRow("seen now") << 3000 << 0 << false;
    QTest::newRow("its lease is over, perhaps") << 3000 << 4000 << false;
    QTest::newRow("its lease is over") << 3000 << 5001 << true;
    QTest::newRow("started with a longer one than the setting") << 60'000 << 55'000 << false;
    QTest::newRow("a longer one that is over") << 60'000 << 62'001 << true;
    QTest::newRow("started with a shorter one than the setting") << 200 << 2201 << true;
    QTest::newRow("none that is known") << 0 << 3'600'000 << false;
}

void TestAgentTable::s4_aGuardElsewhereIsGoneOnceItsLeaseIsOver()
{
    ANDON_POSTGRESQL_ONLY("a file has no other machines");
    QFETCH(const int, leaseMs);
    QFETCH(const int, unseenMs);
    QFETCH(const bool, isGone);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentTable agents(bench.database);
    const ProposalId id = bench.proposeValidated();
    AgentRegistration one = elsewhere(id);
    one.lease = std::chrono::milliseconds(leaseMs);
    one.registeredAt = databaseTime(bench.database, Clock::system()).addMSecs(-unseenMs);
    static_cast<void>(agents.add(one));
    bench.store.claim(id);
    bench.controller.commitStop(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "x"));
    QCOMPARE(bench.controller.hasLeftovers(), isGone);
    bench.controller.recover();
    bench.controller.recover();
    QCOMPARE(bench.statusOf(id), isGone ? "failed" : "executing");
    QCOMPARE(bench.countEvents("failed"), isGone ? 1 : 0);
    QCOMPARE(agents.live().size(), isGone ? 0 : 1);
    const StopTarget target = bench.controller.receipt()->targets.first();
    QVERIFY(target.outcome == (isGone ? Outcome::Gone : Outcome::Awaited));
    if (isGone)
        QVERIFY2(target.detail.contains("another-host") && target.detail.contains("lease"), qPrintable(target.detail));
}

void TestAgentTable::s4_aGuardElsewhereThatIsHeardOfAgainIsNotGone()
{
    ANDON_POSTGRESQL_ONLY("a file has no other machines");
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentTable agents(bench.database);
    AgentRegistration one = elsewhere(bench.proposeValidated());
    one.registeredAt = databaseTime(bench.database, Clock::system()).addSecs(-60);
    one.id = agents.add(one);
    one.seenAt = one.registeredAt;
    QVERIFY(one.isSilent(databaseTime(bench.database, Clock::system())));
    agents.beat(one.id, databaseTime(bench.database, Clock::system())); // between an opener's look and its record
    QVERIFY(!agents.endUnseen(one, QDateTime::currentDateTimeUtc()));
    bench.controller.recover();
    QCOMPARE(agents.live().size(), 1);
}

void TestAgentTable::s4_manyOpenersRecordAGuardElsewhereOnce()
{
    ANDON_POSTGRESQL_ONLY("a file has no other machines");
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentTable agents(bench.database);
    constexpr int kGuards = 5;
    for (int i = 0; i < kGuards; ++i) {
        const ProposalId id = bench.proposeValidated();
        AgentRegistration one = elsewhere(id);
        one.registeredAt = databaseTime(bench.database, Clock::system()).addSecs(-60);
        static_cast<void>(agents.add(one));
        bench.store.claim(id);
    }
    std::vector<std::thread> openers;
    constexpr int kOpeners = 4;
    openers.reserve(kOpeners);
    for (int i = 0; i < kOpeners; ++i) {
        openers.emplace_back([&temporary] {
            Workbench opener(temporary.path(), {}, existing());
            opener.controller.recover();
        });
    }
    for (std::thread &opener : openers)
        opener.join();
    QCOMPARE(agents.live().size(), 0);
    QCOMPARE(bench.countEvents("failed"), kGuards);
}

void TestAgentTable::s4_killSwitchWaitsForTheAnswersUpToTheDeadline()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    {
        Transaction transaction(bench.database);
        StoredSettings(bench.database).setValue(StoredSettings::kStopDeadline, "300");
        transaction.commit();
    }
    bench.arm();
    AgentTable agents(bench.database);
    const ProposalId id = bench.proposeValidated();
    static_cast<void>(agents.add(guardOf(id)));
    bench.store.claim(id);
    QElapsedTimer timer;
    timer.start();
    const StopReceipt receipt = bench.controller.killSwitch("enough");
    QVERIFY2(timer.elapsed() >= 300, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(receipt.stage == StopReceipt::Stage::Completed);
    QVERIFY(receipt.targets.first().outcome == Outcome::Awaited);
    QVERIFY(*receipt.completedUs < 300'000); // the stop itself did not wait
}

void TestAgentTable::s4_anUnguardedActionIsNamedAndSettledByItsStatus()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ProposalId id = bench.proposeValidated();
    bench.store.claim(id);
    QElapsedTimer timer;
    timer.start();
    StopReceipt receipt = bench.controller.killSwitch("enough");
    QVERIFY(timer.elapsed() < 1500); // nobody is asked, so nobody is waited for
    QCOMPARE(receipt.expected(), 0);
    QVERIFY(!receipt.targets.first().isGuarded);
    QVERIFY(receipt.targets.first().outcome == Outcome::Awaited);
    QCOMPARE(receipt.stopped, 0);
    bench.store.complete(id);
    receipt = *bench.controller.receipt();
    QVERIFY(receipt.targets.first().outcome == Outcome::Ended);
    QCOMPARE(receipt.stopped, 1);
}

void TestAgentTable::aHoldAwaitsOnlyWhatItCovers()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    AgentTable agents(bench.database);
    const ProposalId held = bench.proposeValidated("drain_store");
    const ProposalId free = bench.proposeValidated("transfer_leader");
    static_cast<void>(agents.add(guardOf(held)));
    static_cast<void>(agents.add(guardOf(free)));
    bench.store.claim(held);
    bench.store.claim(free);
    bench.controller.commitStop(
        TripSwitch(temporary.location()).hold(StopScope::action("drain_store"), "alice@ops-1", "x"));
    const StopReceipt receipt = *bench.controller.receipt();
    QCOMPARE(receipt.running, 1);
    QCOMPARE(receipt.targets.size(), 1);
    QCOMPARE(receipt.targets.first().proposal, held);
}

void TestAgentTable::aProcessIsNotMistakenForALaterOneWithItsNumber()
{
    ProcessIdentity self = ProcessIdentity::current();
    QVERIFY(self.presence() == ProcessIdentity::Presence::Alive);
    QCOMPARE(ProcessIdentity::fromString(self.toString()), self);
    ProcessIdentity earlier = self;
    earlier.start = QStringLiteral("another-boot/1");
    QVERIFY(earlier.presence() == ProcessIdentity::Presence::Gone);
    ProcessIdentity elsewhere = self;
    elsewhere.host = QStringLiteral("another-host");
    QVERIFY(elsewhere.presence() == ProcessIdentity::Presence::Elsewhere);
    QVERIFY(endedProcess().presence() == ProcessIdentity::Presence::Gone);
    QVERIFY(ProcessIdentity::fromString("nonsense").presence() != ProcessIdentity::Presence::Alive);
}

QTEST_GUILESS_MAIN(TestAgentTable)
#include "tst_agenttable.moc"
