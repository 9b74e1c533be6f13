// SPDX-License-Identifier: Apache-2.0
// Why each part of the safety protocol is there (docs/safety-protocol.md): every interleaving is held
// twice, once with the protocol as it is, where nothing runs, and once with the part taken out, where
// an action runs although somebody has pressed. So the first of the two would notice.
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/gate/SafetyStateTable.h"
#include "core/safety/SafetyController.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ProtocolScript.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QTest>

#include <barrier>
#include <thread>

using namespace andon;
using namespace andon::test;

namespace {

/// A clock that does something when it is asked for the time: an arm asks between its last look for
/// requests and the writing of its permit, where the protocol has no named instant.
class InterveningClock final : public Clock
{
public:
    [[nodiscard]] QDateTime now() const override
    {
        if (const auto act = std::exchange(m_act, nullptr))
            act();
        return system().now();
    }
    void atNextLook(std::function<void()> act) { m_act = std::move(act); }

private:
    mutable std::function<void()> m_act;
};

/// True where the claim goes through: an action runs.
bool claims(Workbench &agent, ProposalId id)
{
    try {
        agent.store.claim(id);
        return true;
    } catch (const ObserveOnlyError &) {
        return false;
    } catch (const TransitionError &) { // cancelled by a stop in between
        return false;
    }
}

/// True where the arm is not refused.
bool arms(Workbench &operatorBench)
{
    try {
        operatorBench.arm();
        return true;
    } catch (const Error &) {
        return false;
    }
}

/// Busy, because a sleep is too coarse to meet an instant in a race.
void pause(std::chrono::nanoseconds time)
{
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {}
}

/// Nobody finds a request any more, as if the protocol had none: neither on this machine nor at a server.
void removeRequests(const TemporaryDatabase &temporary)
{
    QDir(temporary.stopPath()).removeRecursively();
    if (isOnPostgres())
        ForeignClient(temporary.path()).must("UPDATE andon_stop_request SET done_at = 'now' WHERE done_at IS NULL");
}

/// The first step of a stop, as far as it needs no gate: at a server it is delivered, too.
Trip pressAs(Workbench &stopper, const TemporaryDatabase &temporary, const ProtocolObserver &observer = {})
{
    Trip trip = TripSwitch(temporary.location(), observer).trip(StopRequest::Kind::Stop, "alice@ops-1", "test");
    stopper.controller.deliverStop(trip);
    return trip;
}

} // namespace

class TestCounterexamples : public QObject
{
    Q_OBJECT

private slots:
    void s3_withoutARequestAnArmOpensTheGateBehindAStop_data();
    void s3_withoutARequestAnArmOpensTheGateBehindAStop();
    void s3_withOneRequestForAllTheSecondStopIsForgotten_data();
    void s3_withOneRequestForAllTheSecondStopIsForgotten();
    void s3_withTheRowReadFirstAStopIsMissed_data();
    void s3_withTheRowReadFirstAStopIsMissed();
    void s3_theGatesOwnOrderMissesNoStop_data();
    void s3_theGatesOwnOrderMissesNoStop();
    void s3_withoutTheLastLookAClaimRunsThroughAStop();
    void s3_anArmRacingWithAKillLoses();
    void s3_aClaimRacingWithAKillIsRefusedOrSeen();
};

void TestCounterexamples::s3_withoutARequestAnArmOpensTheGateBehindAStop_data()
{
    QTest::addColumn<bool>("isArmUnderWay");
    QTest::addColumn<bool>("isProtocolWhole");
    QTest::newRow("the arm comes after the unlink") << false << true;
    QTest::newRow("the arm comes after the unlink; no request") << false << false;
    QTest::newRow("the arm is under way") << true << true;
    QTest::newRow("the arm is under way; no request") << true << false;
}

void TestCounterexamples::s3_withoutARequestAnArmOpensTheGateBehindAStop()
{
    QFETCH(bool, isArmUnderWay);
    QFETCH(bool, isProtocolWhole);
    const TemporaryDatabase temporary;
    InterveningClock clock;
    Workbench armer(temporary.path(), {}, creating(), clock);
    Workbench agent(temporary.path());
    Workbench stopper(temporary.path());
    const ProposalId id = agent.proposeValidated();
    ProtocolScript script;
    if (!isProtocolWhole)
        script.at(ProtocolStep::StopRequestFiled, [&temporary] { removeRequests(temporary); });

    Trip trip;
    const auto press = [&] {
        trip = pressAs(stopper, temporary, script.observer());
        if (!isProtocolWhole)
            removeRequests(temporary); // what a server was told comes after what was filed here
    };
    if (isArmUnderWay) {
        clock.atNextLook(press);
    } else {
        press();
    }
    static_cast<void>(arms(armer));
    QVERIFY(isOnPostgres() ? trip.isDelivered : trip.isRevoked);
    const bool hasRun = claims(agent, id); // pressed, the permit was unlinked, the gate is not committed yet

    if (isProtocolWhole) {
        QVERIFY2(!hasRun, "an action runs although the stop was pressed");
        QVERIFY(!stopper.controller.canExecute());
    } else {
        QVERIFY2(hasRun, "the interleaving does not show what it is meant to show");
    }
    stopper.controller.commitStop(trip);
    QVERIFY(!agent.controller.canExecute());
}

void TestCounterexamples::s3_withOneRequestForAllTheSecondStopIsForgotten_data()
{
    QTest::addColumn<bool>("isProtocolWhole");
    QTest::newRow("a request each") << true;
    QTest::newRow("one request for all") << false;
}

void TestCounterexamples::s3_withOneRequestForAllTheSecondStopIsForgotten()
{
    QFETCH(bool, isProtocolWhole);
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench first(temporary.path(), script.observer());
    Workbench second(temporary.path());
    Workbench person(temporary.path());
    Workbench agent(temporary.path());
    person.arm();
    const TripSwitch tripSwitch(temporary.location());
    const Trip firstTrip = tripSwitch.trip(StopRequest::Kind::Stop, "alice@ops-1", "the first");
    const Trip secondTrip = tripSwitch.trip(StopRequest::Kind::Stop, "bob@ops-2", "the second");
    if (!isProtocolWhole)
        script.at(ProtocolStep::StopRequestWithdrawn, [&temporary] { removeRequests(temporary); });

    const StopReceipt receipt = first.controller.commitStop(firstTrip);
    // A person who knows of the first stop only resets it and enables execution.
    bool isReset = true;
    try {
        person.controller.reset(receipt.stopId, "false alarm");
    } catch (const StaleStateError &) {
        isReset = false;
    }
    const bool isArmed = arms(person);
    const bool hasRun = claims(agent, agent.proposeValidated());

    if (isProtocolWhole) {
        QVERIFY(!isReset);
        QVERIFY(!isArmed);
        QVERIFY2(!hasRun, "an action runs although the second stop was pressed");
    } else {
        QVERIFY2(isReset && isArmed && hasRun, "the interleaving does not show what it is meant to show");
    }
    second.controller.commitStop(secondTrip);
    QVERIFY(!agent.controller.canExecute());
    QCOMPARE(person.state().stopId, StopId(2));
}

void TestCounterexamples::s3_withTheRowReadFirstAStopIsMissed_data()
{
    QTest::addColumn<QString>("order");
    QTest::addColumn<bool>("isMissed");
    if (isOnPostgres()) { // where the row is the permit
        QTest::newRow("request, row: as it is") << "request row" << false;
        QTest::newRow("row, request") << "row request" << true;
        return;
    }
    QTest::newRow("request, row, permit: as it is") << "request row permit" << false;
    QTest::newRow("row, permit, request") << "row permit request" << true;
    QTest::newRow("permit, row, request") << "permit row request" << true;
}

void TestCounterexamples::s3_withTheRowReadFirstAStopIsMissed()
{
    QFETCH(QString, order);
    QFETCH(bool, isMissed);
    const TemporaryDatabase temporary;
    Workbench agent(temporary.path());
    Workbench stopper(temporary.path());
    stopper.arm();
    const StopRequests requests(gateOf(temporary.path()));
    const StopRequestTable atServer(agent.database);
    const Permit permit(temporary.location());
    const SafetyStateTable table(agent.database);

    const Epoch epoch = table.read().epoch;
    bool isOpen = true;
    const QStringList looks = order.split(u' ');
    for (const QString &look : looks) {
        if (look == looks.last())
            stopper.controller.killSwitch("test"); // whole: it files, commits and withdraws its request
        if (look == "request")
            isOpen = isOpen && !requests.any() && !atServer.any();
        else if (look == "row")
            isOpen = isOpen && table.read().mode == SafetyMode::Execute && !table.read().tripped;
        else
            isOpen = isOpen && permit.isGranted(epoch);
    }
    QCOMPARE(isOpen, isMissed);
    QVERIFY(!agent.controller.canExecute());
}

void TestCounterexamples::s3_theGatesOwnOrderMissesNoStop_data()
{
    QTest::addColumn<ProtocolStep>("when");
    QTest::addColumn<QString>("what");
    const QList<QPair<const char *, ProtocolStep>> instants{{"after the request", ProtocolStep::RequestLookedFor},
                                                            {"after the row", ProtocolStep::StateRowRead}};
    for (const auto &[name, when] : instants) {
        for (const char *what : {"a whole stop", "a trip", "a stop, a reset and an arm"})
            QTest::addRow("%s %s", what, name) << when << what;
        if (isOnPostgres())
            QTest::addRow("a trip that no server knows of %s", name) << when << "an undelivered trip";
    }
}

void TestCounterexamples::s3_theGatesOwnOrderMissesNoStop()
{
    QFETCH(ProtocolStep, when);
    QFETCH(QString, what);
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench agent(temporary.path(), script.observer());
    Workbench stopper(temporary.path());
    stopper.arm();
    const ProposalId id = agent.proposeValidated();
    script.at(when, [&] {
        if (what == "a trip") {
            static_cast<void>(pressAs(stopper, temporary));
            return;
        }
        if (what == "an undelivered trip") {
            static_cast<void>(TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "test"));
            return;
        }
        const StopReceipt receipt = stopper.controller.killSwitch("test");
        if (what.contains("reset")) {
            stopper.controller.reset(receipt.stopId, "false alarm");
            stopper.arm();
        }
    });
    QVERIFY(!claims(agent, id));
    QVERIFY(script.isDone());
    // A whole stop has swept it, so that it never runs, whatever the gate says by now. One that the server does not
    // know of is seen at the last look, once the claim is committed.
    QCOMPARE(agent.statusOf(id), what == "a trip" ? "validated" : "cancelled");
}

void TestCounterexamples::s3_withoutTheLastLookAClaimRunsThroughAStop()
{
    // A stop between the claim's commit and its start: only the look after watching has begun sees it.
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench agent(temporary.path(), script.observer());
    Workbench stopper(temporary.path());
    stopper.arm();
    const ProposalId id = agent.proposeValidated();
    QString committed;
    script.at(ProtocolStep::ClaimCommitted, [&] {
        stopper.controller.killSwitch("test");
        committed = stopper.statusOf(id);
    });
    QVERIFY(!claims(agent, id));
    QCOMPARE(committed, "executing"); // without the last look it would go on like this
    QCOMPARE(agent.statusOf(id), "cancelled");
}

void TestCounterexamples::s3_anArmRacingWithAKillLoses()
{
    constexpr int kTries = 1000;
    const TemporaryDatabase temporary;
    Workbench judge(temporary.path());
    std::barrier together(3);
    std::atomic_int armed{0};
    std::atomic_int failed{0};
    std::thread armer([&] {
        Workbench bench(temporary.path());
        for (int i = 0; i < kTries; ++i) {
            together.arrive_and_wait();
            pause(std::chrono::microseconds(i % 50 * 4));
            if (arms(bench))
                ++armed;
            together.arrive_and_wait();
        }
    });
    std::thread stopper([&] {
        Database::Options options = existing();
        options.waiting = Database::Waiting::Eager;
        Workbench bench(temporary.path(), {}, options);
        for (int i = 0; i < kTries; ++i) {
            together.arrive_and_wait();
            try {
                bench.controller.killSwitch("test");
            } catch (const std::exception &error) {
                qWarning("%s", error.what());
                ++failed;
            }
            together.arrive_and_wait();
        }
    });
    int open = 0;
    int notTripped = 0;
    int permits = 0;
    for (int i = 0; i < kTries; ++i) {
        together.arrive_and_wait();
        together.arrive_and_wait(); // both are done
        open += judge.controller.canExecute() ? 1 : 0;
        notTripped += judge.state().tripped ? 0 : 1;
        permits += QFile::exists(temporary.permitPath()) ? 1 : 0;
        try {
            judge.controller.reset(judge.state().stopId, "next try");
        } catch (const Error &error) {
            qWarning("%s", error.what());
            ++failed;
        }
    }
    armer.join();
    stopper.join();
    QCOMPARE(failed.load(), 0);
    QCOMPARE(open, 0);
    QCOMPARE(notTripped, 0);
    QCOMPARE(permits, 0);
    QCOMPARE(judge.countEvents("kill_switch"), kTries);
    // A race in which one side never gets going would prove nothing.
    QVERIFY2(armed > 0 && armed < kTries, qPrintable(QString::number(armed)));
}

void TestCounterexamples::s3_aClaimRacingWithAKillIsRefusedOrSeen()
{
    // Each claim that goes through was committed before the gate, so that the receipt counts it.
    constexpr int kRounds = 100;
    const TemporaryDatabase temporary;
    Workbench judge(temporary.path());
    std::barrier together(2);
    std::atomic<qint64> claimed{0};
    std::thread agentThread([&] {
        Workbench agent(temporary.path());
        for (int i = 0; i < kRounds; ++i) {
            const ProposalId id = agent.proposeValidated();
            together.arrive_and_wait();
            claimed = claims(agent, id) ? id.value : 0;
            together.arrive_and_wait();
            together.arrive_and_wait();
        }
    });
    int started = 0;
    int wrong = 0;
    for (int i = 0; i < kRounds; ++i) {
        judge.arm();
        together.arrive_and_wait();
        pause(std::chrono::microseconds(i % 20 * 20));
        const StopReceipt receipt = judge.controller.killSwitch("test");
        together.arrive_and_wait();
        const bool hasStarted = claimed > 0;
        started += hasStarted ? 1 : 0;
        wrong += hasStarted && receipt.running != 1 ? 1 : 0;
        wrong += !hasStarted && judge.store.countExecuting() != 0 ? 1 : 0;
        if (hasStarted)
            judge.store.markStopped(ProposalId(claimed), "test");
        judge.controller.reset(receipt.stopId, "next try");
        together.arrive_and_wait();
    }
    agentThread.join();
    QCOMPARE(wrong, 0);
    QVERIFY2(started < kRounds, qPrintable(QString::number(started)));
}

QTEST_GUILESS_MAIN(TestCounterexamples)
#include "tst_counterexamples.moc"
