// SPDX-License-Identifier: Apache-2.0
// Observe and execute: what a change of mode does, and when it is refused.
#include "core/gate/GateErrors.h"
#include "core/safety/SafetyController.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/ProtocolScript.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QDir>
#include <QTest>

using namespace andon;
using namespace andon::test;

namespace {

ModeChange change(const QString &reason, bool keepPending = false)
{
    ModeChange change;
    change.reason = reason;
    change.keepPending = keepPending;
    return change;
}

} // namespace

class TestMode : public QObject
{
    Q_OBJECT

private slots:
    void settingTheSameModeDoesNothing();
    void observeCancelsWhatIsPendingWithoutTheLatch();
    void observeWorksWithNothingPending();
    void s2_observeTakesThePermitAlsoWhereTheStateIsUnknown();
    void armingCancelsWhatIsPending();
    void armingKeepsWhatIsPendingIfTold();
    void armingStartsNothing();
    void s5_armingIsRefusedWhileStopped();
    void s5_armingIsRefusedWhileAStopIsUnderWay();
    void s5_armingAgainstAnOlderEpochFails();
    void s2_anArmThatCannotWriteItsPermitChangesNothing();
};

void TestMode::settingTheSameModeDoesNothing()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.propose();
    SafetyState before = bench.state();
    QVERIFY(!bench.controller.setMode(SafetyMode::Observe).changed);
    QCOMPARE(bench.state(), before);
    QCOMPARE(bench.store.countPending(), 1);
    bench.arm();
    before = bench.state();
    QVERIFY(!bench.controller.setMode(SafetyMode::Execute).changed);
    QCOMPARE(bench.state(), before);
    QCOMPARE(bench.store.countPending(), 1);
    QCOMPARE(bench.countEvents("mode_change"), 1);
    QVERIFY(bench.controller.canExecute());
}

void TestMode::observeCancelsWhatIsPendingWithoutTheLatch()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench bench(temporary.path(), script.observer());
    bench.arm();
    bench.fill(3);
    const Epoch epoch = bench.state().epoch;
    script.at(ProtocolStep::PermitRevoked, [&] {
        QVERIFY(!QFile::exists(temporary.permitPath())); // before the database is asked
        QVERIFY(bench.state().mode == SafetyMode::Execute);
    });
    const ModeResult result = bench.controller.setMode(SafetyMode::Observe, change("the window is over"));
    QVERIFY(script.isDone());
    QVERIFY(result.changed);
    QCOMPARE(result.cancelledCount, 3);
    const SafetyState state = bench.state();
    QVERIFY(state.mode == SafetyMode::Observe);
    QVERIFY(!state.tripped);
    QCOMPARE(state.epoch, epoch.next());
    QCOMPARE(state.reason, "the window is over");
    QVERIFY(!state.sweepPending && !state.sweepThrough.isValid());
    QVERIFY(!bench.controller.isStopRequested());
    QCOMPARE(bench.countEvents("cancelled"), 3);
    QCOMPARE(bench.countEvents("kill_switch"), 0);
    QVERIFY(!bench.controller.receipt());
    bench.arm(); // without a reset
    QVERIFY(bench.controller.canExecute());
}

void TestMode::observeWorksWithNothingPending()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    const ModeResult result = bench.controller.setMode(SafetyMode::Observe);
    QVERIFY(result.changed);
    QCOMPARE(result.cancelledCount, 0);
    QVERIFY(!bench.state().sweepPending);
    QCOMPARE(bench.countEvents("mode_change"), 2);
}

void TestMode::s2_observeTakesThePermitAlsoWhereTheStateIsUnknown()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    ForeignClient(temporary.path()).must("DELETE FROM andon_safety_state");
    QVERIFY_THROWS_EXCEPTION(StateUnknownError, bench.controller.setMode(SafetyMode::Observe));
    QVERIFY(!QFile::exists(temporary.permitPath()));
    QVERIFY(bench.controller.isStopRequested());
}

void TestMode::armingCancelsWhatIsPending()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(3);
    const ModeResult result = bench.controller.setMode(SafetyMode::Execute, change("go"));
    QVERIFY(result.changed);
    QCOMPARE(result.cancelledCount, 3);
    QCOMPARE(bench.store.countPending(), 0);
    const QJsonObject data = bench.auditor.events(std::nullopt, "mode_change").constFirst().dataObject();
    QCOMPARE(data.value("pending_cancelled"), 3);
    QCOMPARE(data.value("pending_kept"), 0);
}

void TestMode::armingKeepsWhatIsPendingIfTold()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(3);
    QCOMPARE(bench.controller.setMode(SafetyMode::Execute, change("go", true)).cancelledCount, 0);
    QCOMPARE(bench.store.countPending(), 3);
    const QJsonObject data = bench.auditor.events(std::nullopt, "mode_change").constFirst().dataObject();
    QCOMPARE(data.value("pending_cancelled"), 0);
    QCOMPARE(data.value("pending_kept"), 3);
}

void TestMode::armingStartsNothing()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(3);
    bench.arm();
    QCOMPARE(bench.store.countExecuting(), 0);
    QCOMPARE(bench.store.countPending(), 3);
    QCOMPARE(bench.countEvents("executing"), 0);
}

void TestMode::s5_armingIsRefusedWhileStopped()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.controller.killSwitch("test");
    bench.fill(2);
    const SafetyState before = bench.state();
    const auto error = thrown<ObserveOnlyError>(
        [&bench] { bench.controller.setMode(SafetyMode::Execute, change("go")); });
    QVERIFY(error);
    QCOMPARE(error->because(), ObserveOnlyError::Cause::Stopped);
    QVERIFY(error->message().contains("andonctl reset"));
    QCOMPARE(bench.state(), before);
    QCOMPARE(bench.store.countPending(), 2); // nothing was changed
    QVERIFY(!QFile::exists(temporary.permitPath()));
}

void TestMode::s5_armingIsRefusedWhileAStopIsUnderWay()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    const TripSwitch tripSwitch(temporary.location());
    static_cast<void>(tripSwitch.trip(StopRequest::Kind::Stop, "alice@ops-1", "test"));
    const SafetyState before = bench.state();
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.controller.setMode(SafetyMode::Execute, change("go")));
    QCOMPARE(bench.state(), before);
    QVERIFY(!QFile::exists(temporary.permitPath()));
}

void TestMode::s5_armingAgainstAnOlderEpochFails()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.fill(2);
    ModeChange seenByAPerson = change("go");
    seenByAPerson.expectedEpoch = bench.state().epoch;
    const StopReceipt receipt = bench.controller.killSwitch("test");
    bench.controller.reset(receipt.stopId, "fine");
    bench.fill(2);
    const SafetyState before = bench.state();
    QVERIFY_THROWS_EXCEPTION(StaleStateError, bench.controller.setMode(SafetyMode::Execute, seenByAPerson));
    QCOMPARE(bench.state(), before);
    QCOMPARE(bench.store.countPending(), 2);
    QVERIFY(!QFile::exists(temporary.permitPath()));
    seenByAPerson.expectedEpoch = before.epoch;
    QVERIFY(bench.controller.setMode(SafetyMode::Execute, seenByAPerson).changed);
}

void TestMode::s2_anArmThatCannotWriteItsPermitChangesNothing()
{
    ANDON_SQLITE_ONLY("a server has no permit file");
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    QVERIFY(QDir().mkdir(temporary.permitPath()));
    write(temporary.permitPath() + "/in the way", "x"); // so that the permit cannot take the name
    const SafetyState before = bench.state();
    QVERIFY_THROWS_EXCEPTION(PermitError, bench.controller.setMode(SafetyMode::Execute, change("go")));
    QCOMPARE(bench.state(), before);
    QVERIFY(!bench.controller.canExecute());
    QVERIFY(!bench.database.isInTransaction());
    QCOMPARE(bench.countEvents("mode_change"), 0);
}

QTEST_GUILESS_MAIN(TestMode)
#include "tst_mode.moc"
