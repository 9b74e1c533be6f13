// SPDX-License-Identifier: Apache-2.0
// What the next opener does with what a program left that was ended in the middle.
#include "core/safety/SafetyController.h"
#include "tests/support/ProtocolScript.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

/// Thrown by an observer where the process is to end: nothing after that instant happens.
struct Ended
{};

Trip tripAs(const TemporaryDatabase &temporary, const QString &by, const QString &reason,
            StopRequest::Kind kind = StopRequest::Kind::Stop)
{
    return TripSwitch(temporary.location()).trip(kind, by, reason);
}

} // namespace

class TestRecovery : public QObject
{
    Q_OBJECT

private slots:
    void nothingToDoChangesNothing();
    void s5_aFiledRequestIsCarriedOutInTheNameOfWhoFiledIt();
    void s5_everyFiledRequestIsAStopOfItsOwn();
    void aStopThatEndedAnywhereIsFinishedOnce_data();
    void aStopThatEndedAnywhereIsFinishedOnce();
    void aSweepGoesOnWhereItEnded();
    void recoveryCanBeLimitedToTheGate();
    void anUnfinishedObserveIsFinishedWithoutTheLatch_data();
    void anUnfinishedObserveIsFinishedWithoutTheLatch();
    void anEmptyRequestFolderIsRemoved();
    void s2_aRequestThatCannotBeReadIsCarriedOutAsAStop();
    void s2_aStateThatSaysExecuteWithoutAPermitIsTripped_data();
    void s2_aStateThatSaysExecuteWithoutAPermitIsTripped();
    void aReaderRecoversNothing();
    void twoRecoverersDoItOnce();
};

void TestRecovery::nothingToDoChangesNothing()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(3);
    bench.arm();
    const SafetyState before = bench.state();
    bench.controller.recover();
    bench.controller.recover();
    QCOMPARE(bench.state(), before);
    QVERIFY(bench.controller.canExecute());
    QCOMPARE(bench.store.countPending(), 3);
    QCOMPARE(bench.auditor.events().size(), 1);
}

void TestRecovery::s5_aFiledRequestIsCarriedOutInTheNameOfWhoFiledIt()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.fill(3);
    const Trip trip = tripAs(temporary, "alice@ops-1", "smoke in rack 4");
    bench.controller.recover();
    const SafetyState state = bench.state();
    QVERIFY(state.tripped);
    QCOMPARE(state.changedBy, "alice@ops-1");
    QCOMPARE(state.reason, "smoke in rack 4");
    const std::optional<StopReceipt> receipt = bench.controller.receipt();
    QVERIFY(receipt);
    QCOMPARE(receipt->stage, StopReceipt::Stage::Completed);
    QCOMPARE(receipt->requestUid, trip.request.uid);
    QCOMPARE(receipt->by, "alice@ops-1");
    QCOMPARE(receipt->requestedAt, trip.request.at);
    QCOMPARE(receipt->cancelledCount, 3);
    QVERIFY(!receipt->committedUs); // nobody has measured it
    QCOMPARE(bench.auditor.events(std::nullopt, "kill_switch").constFirst().dataObject().value("by"), "alice@ops-1");
    QVERIFY(!QFile::exists(temporary.stopPath()));
}

void TestRecovery::s5_everyFiledRequestIsAStopOfItsOwn()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(3);
    static_cast<void>(tripAs(temporary, "alice@ops-1", "the first"));
    QTest::qWait(5); // a later time
    static_cast<void>(tripAs(temporary, "bob@ops-2", "the second"));
    bench.controller.recover();
    QCOMPARE(bench.state().stopId, StopId(2));
    QCOMPARE(bench.state().changedBy, "bob@ops-2");
    QCOMPARE(bench.countEvents("kill_switch"), 2);
    QCOMPARE(bench.countEvents("cancelled"), 3);
    QCOMPARE(bench.controller.receipt(StopId(1))->cancelledCount + bench.controller.receipt(StopId(2))->cancelledCount,
             3);
}

void TestRecovery::aStopThatEndedAnywhereIsFinishedOnce_data()
{
    QTest::addColumn<ProtocolStep>("end");
    QTest::newRow("request filed") << ProtocolStep::StopRequestFiled;
    QTest::newRow("permit revoked") << ProtocolStep::PermitRevoked;
    QTest::newRow("gate committed") << ProtocolStep::GateCommitted;
    QTest::newRow("request withdrawn") << ProtocolStep::StopRequestWithdrawn;
    QTest::newRow("a batch swept") << ProtocolStep::SweepBatchCommitted;
    QTest::newRow("all swept") << ProtocolStep::SweepFinished;
}

void TestRecovery::aStopThatEndedAnywhereIsFinishedOnce()
{
    QFETCH(ProtocolStep, end);
    const TemporaryDatabase temporary;
    ProtocolScript script;
    constexpr int kPending = 12'000; // more than a batch
    const bool isInTrip = end == ProtocolStep::StopRequestFiled || end == ProtocolStep::PermitRevoked;
    {
        Workbench bench(temporary.path(), script.observer());
        bench.arm();
        bench.fill(kPending);
        if (isInTrip) {
            // The trip throws nothing, so its end is made by hand.
            StopRequest request;
            request.uid = QStringLiteral("some-uid");
            request.by = QStringLiteral("tester@bench");
            request.at = QDateTime::currentDateTimeUtc();
            QCOMPARE(StopRequests(gateOf(temporary.path())).file(request), QString());
            if (end == ProtocolStep::PermitRevoked)
                Permit(temporary.location()).revoke();
        } else {
            script.at(end, [] { throw Ended(); });
            QVERIFY_THROWS_EXCEPTION(Ended, bench.controller.killSwitch("test"));
        }
        QVERIFY(!bench.controller.canExecute());
    }
    for (int opener = 0; opener < 3; ++opener) { // the second and third find nothing to do
        Workbench bench(temporary.path());
        bench.controller.recover();
        QVERIFY(bench.state().tripped && !bench.state().sweepPending);
        QCOMPARE(bench.state().stopId, StopId(1));
        QCOMPARE(bench.countEvents("kill_switch"), 1);
        QCOMPARE(bench.countEvents("cancelled"), kPending);
        QCOMPARE(bench.countEvents("mode_change"), 2);
        QCOMPARE(bench.store.countPending(), 0);
        QCOMPARE(bench.auditor.events(std::nullopt, "kill_switch").constFirst().dataObject().value("cancelled_count"),
                 kPending);
        QCOMPARE(bench.controller.receipt()->cancelledCount, kPending);
        QCOMPARE(bench.controller.receipt()->stage, StopReceipt::Stage::Completed);
        QVERIFY(!QFile::exists(temporary.stopPath()) && !QFile::exists(temporary.permitPath()));
    }
}

void TestRecovery::aSweepGoesOnWhereItEnded()
{
    const TemporaryDatabase temporary;
    Workbench first(temporary.path());
    constexpr int kPending = 25'000;
    first.fill(kPending);
    StopReceipt receipt = first.controller.commitStop(tripAs(temporary, "alice@ops-1", "test"));
    receipt = first.controller.sweep(receipt, {}, [](const StopReceipt &) { return false; });
    const int batch = ActionStore::sweepBatch(engine());
    QCOMPARE(receipt.cancelledCount, batch);
    QCOMPARE(receipt.stage, StopReceipt::Stage::Committed);
    first.propose(); // after the stop: not swept

    ProtocolScript script;
    Workbench second(temporary.path(), script.observer());
    second.controller.recover();
    QCOMPARE(script.steps().count(ProtocolStep::SweepBatchCommitted), kPending / batch - 1);
    QCOMPARE(second.controller.receipt()->cancelledCount, kPending);
    QCOMPARE(second.countEvents("cancelled"), kPending);
    QCOMPARE(second.store.countPending(), 1);

    // The first one notices that it was finished for it.
    receipt = first.controller.sweep(receipt);
    QCOMPARE(receipt.stage, StopReceipt::Stage::Completed);
    QCOMPARE(receipt.cancelledCount, kPending);
    QCOMPARE(first.countEvents("kill_switch"), 1);
}

void TestRecovery::recoveryCanBeLimitedToTheGate()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.fill(3);
    static_cast<void>(tripAs(temporary, "alice@ops-1", "test"));
    bench.controller.recover(SafetyController::Recovery::GateOnly);
    QVERIFY(bench.state().tripped && bench.state().sweepPending);
    QCOMPARE(bench.store.countPending(), 3);
    bench.controller.recover();
    QVERIFY(!bench.state().sweepPending);
    QCOMPARE(bench.store.countPending(), 0);
}

void TestRecovery::anUnfinishedObserveIsFinishedWithoutTheLatch_data()
{
    QTest::addColumn<bool>("isCommitted");
    QTest::newRow("requested only") << false;
    QTest::newRow("committed, not swept") << true;
}

void TestRecovery::anUnfinishedObserveIsFinishedWithoutTheLatch()
{
    QFETCH(bool, isCommitted);
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench bench(temporary.path(), script.observer());
    bench.arm();
    bench.fill(3);
    if (isCommitted) {
        script.at(ProtocolStep::StopRequestWithdrawn, [] { throw Ended(); });
        QVERIFY_THROWS_EXCEPTION(Ended, bench.controller.setMode(SafetyMode::Observe));
        QVERIFY(bench.state().sweepPending);
    } else {
        static_cast<void>(tripAs(temporary, "tester@bench", "enough", StopRequest::Kind::Observe));
    }
    for (int i = 0; i < 2; ++i) {
        Workbench next(temporary.path());
        next.controller.recover();
        const SafetyState state = next.state();
        QVERIFY(state.mode == SafetyMode::Observe);
        QVERIFY(!state.tripped && !state.sweepPending);
        QCOMPARE(state.changedBy, "tester@bench");
        QCOMPARE(next.countEvents("cancelled"), 3);
        QCOMPARE(next.countEvents("mode_change"), 2);
        QCOMPARE(next.countEvents("kill_switch"), 0);
        QVERIFY(!QFile::exists(temporary.stopPath()));
    }
}

void TestRecovery::anEmptyRequestFolderIsRemoved()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    QVERIFY(QDir().mkdir(temporary.stopPath()));
    QVERIFY(!bench.controller.canExecute());
    bench.controller.recover();
    QVERIFY(!QFile::exists(temporary.stopPath()));
    QVERIFY(!bench.state().tripped);
    QVERIFY(bench.controller.canExecute()); // nobody had pressed: its own permit was never taken
}

void TestRecovery::s2_aRequestThatCannotBeReadIsCarriedOutAsAStop()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    QVERIFY(QDir().mkdir(temporary.stopPath()));
    write(temporary.stopPath() + "/half-written", "{\"kind\":\"obs");
    bench.controller.recover();
    QVERIFY(bench.state().tripped);
    QCOMPARE(bench.state().changedBy, "unknown");
    QVERIFY(!QFile::exists(temporary.stopPath()));
    QVERIFY(!QFile::exists(temporary.permitPath()));
}

void TestRecovery::s2_aStateThatSaysExecuteWithoutAPermitIsTripped_data()
{
    QTest::addColumn<QString>("permit");
    for (const char *permit : {"gone", "of another epoch", "unreadable"})
        QTest::newRow(permit) << permit;
}

void TestRecovery::s2_aStateThatSaysExecuteWithoutAPermitIsTripped()
{
    ANDON_SQLITE_ONLY("a server has no permit file");
    QFETCH(QString, permit);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.fill(3);
    if (permit == "gone")
        QVERIFY(QFile::remove(temporary.permitPath()));
    else if (permit == "unreadable")
        write(temporary.permitPath(), "scribble");
    else
        Permit(temporary.path()).grant(bench.state().epoch.next());
    QCOMPARE(bench.controller.status().display(), SafetyStatus::Display::StoppedNotRecorded);
    bench.controller.recover();
    QVERIFY(bench.state().tripped);
    QCOMPARE(bench.state().changedBy, "system");
    QCOMPARE(bench.store.countPending(), 0);
    QCOMPARE(bench.countEvents("kill_switch"), 1);
    QVERIFY(!QFile::exists(temporary.permitPath()));
    bench.controller.recover();
    QCOMPARE(bench.state().stopId, StopId(1));
    bench.controller.reset(StopId(1), "looked at it");
    bench.arm();
    QVERIFY(bench.controller.canExecute());
}

void TestRecovery::aReaderRecoversNothing()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    static_cast<void>(tripAs(temporary, "alice@ops-1", "test"));
    Database::Options readOnly;
    readOnly.access = Database::Access::ReadOnly;
    Workbench reader(temporary.path(), {}, readOnly);
    reader.controller.recover();
    QVERIFY(!reader.state().tripped);
    QVERIFY(reader.controller.isStopRequested());
    QCOMPARE(reader.controller.status().display(),
             isOnPostgres() ? SafetyStatus::Display::StopNotDelivered : SafetyStatus::Display::StoppedNotRecorded);
}

void TestRecovery::twoRecoverersDoItOnce()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench first(temporary.path(), script.observer());
    Workbench second(temporary.path());
    first.arm();
    first.fill(12'000);
    static_cast<void>(tripAs(temporary, "alice@ops-1", "test"));
    script.at(ProtocolStep::GateCommitted, [&second] { second.controller.recover(); });
    first.controller.recover();
    QVERIFY(script.isDone());
    QCOMPARE(first.state().stopId, StopId(1));
    QCOMPARE(first.countEvents("kill_switch"), 1);
    QCOMPARE(first.countEvents("cancelled"), 12'000);
    QVERIFY(!first.controller.isStopRequested());
}

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
