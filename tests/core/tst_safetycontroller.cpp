// SPDX-License-Identifier: Apache-2.0
// Stop and reset. Changes of mode are in tst_mode, what recovery does is in tst_recovery.
#include "core/gate/GateErrors.h"
#include "core/safety/SafetyController.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/Privileges.h"
#include "tests/support/ProtocolScript.h"
#include "tests/support/ScriptedClock.h"
#include "tests/support/TestEngine.h"
#include "tests/support/Thrown.h"
#include "tests/support/Workbench.h"

#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

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

class TestSafetyController : public QObject
{
    Q_OBJECT

private slots:
    void s10_theSequenceFromObserveToAStopAndBack();
    void aKillIsCompleteInEveryMode_data();
    void aKillIsCompleteInEveryMode();
    void aSecondStopIsAStopOfItsOwn();
    void aReceiptIsMeasuredAndStored();
    void aReceiptCountsWhatWasRunning();
    void theFieldsOfAReceiptAreStable();
    void theFieldsOfAStatusAreStable();
    void s7_aSweepOfManyIsExact();
    void theGateIsOfConstantSize();
    void s3_whatIsProposedAfterTheStopIsNotSwept();
    void s5_aResetNeedsAReason_data();
    void s5_aResetNeedsAReason();
    void s5_aResetAgainstAnOlderStopFails();
    void s5_aResetWithoutAStopFails();
    void s5_aResetLandsInObserveAndRevivesNothing();
    void s5_theLatchSurvivesEveryRestart();
    void s2_aStopThatCannotBeRecordedStillStops();
    void s3_aPermitThatMayNotBeRemovedIsVoidOnceTheGateIsCommitted();
    void s7_aStopWithoutItsEventsIsNotRecorded();
};

void TestSafetyController::s10_theSequenceFromObserveToAStopAndBack()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    SafetyController &controller = bench.controller;
    QVERIFY(controller.mode() == SafetyMode::Observe);
    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, controller.checkCanExecute());

    QVERIFY(controller.setMode(SafetyMode::Execute, change("maintenance window")).changed);
    QVERIFY(controller.mode() == SafetyMode::Execute);
    QVERIFY(controller.canExecute());
    controller.checkCanExecute();

    QList<ProposalId> ids;
    for (int i = 0; i < 3; ++i)
        ids << bench.propose();
    bench.store.validate(ids.first());
    const StopReceipt receipt = controller.killSwitch("smoke in rack 4");
    QCOMPARE(receipt.cancelledCount, 3);
    QVERIFY(controller.mode() == SafetyMode::Observe);
    QVERIFY(controller.isObserveOnly());
    const auto refused = thrown<ObserveOnlyError>([&controller] { controller.checkCanExecute(); });
    QVERIFY(refused);
    QCOMPARE(refused->because(), ObserveOnlyError::Cause::Stopped);

    const QList<AuditEvent> kills = bench.auditor.events(std::nullopt, "kill_switch");
    QCOMPARE(kills.size(), 1);
    QCOMPARE(kills.first().dataObject().value("cancelled_count"), 3);
    QCOMPARE(kills.first().dataObject().value("by"), "tester@bench");
    QCOMPARE(kills.first().dataObject().value("reason"), "smoke in rack 4");
    QVERIFY(!kills.first().proposalId);
    QCOMPARE(bench.countEvents("cancelled"), 3);
    QCOMPARE(bench.countEvents("mode_change"), 2); // the arm's and the stop's
    const AuditEvent modeChange = bench.auditor.events(std::nullopt, "mode_change").constFirst();
    QCOMPARE(modeChange.dataObject().value("old_mode"), "execute");
    QCOMPARE(modeChange.dataObject().value("new_mode"), "observe");

    QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, controller.setMode(SafetyMode::Execute, change("again")));
    controller.reset(receipt.stopId, "rack 4 replaced");
    QVERIFY(controller.mode() == SafetyMode::Observe);
    QVERIFY(!controller.canExecute());
    for (const ProposalId id : ids)
        QCOMPARE(bench.statusOf(id), "cancelled");
    controller.setMode(SafetyMode::Execute, change("again"));
    QVERIFY(controller.canExecute());
    for (const ProposalId id : ids)
        QCOMPARE(bench.statusOf(id), "cancelled");
}

void TestSafetyController::aKillIsCompleteInEveryMode_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<int>("pending");
    QTest::addColumn<int>("modeChanges");
    for (const int pending : {0, 3}) {
        QTest::addRow("observe, %d pending", pending) << "observe" << pending << 0;
        QTest::addRow("execute, %d pending", pending) << "execute" << pending << 1;
        QTest::addRow("stopped, %d pending", pending) << "stopped" << pending << 0;
    }
}

void TestSafetyController::aKillIsCompleteInEveryMode()
{
    QFETCH(QString, before);
    QFETCH(int, pending);
    QFETCH(int, modeChanges);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    if (before == "execute")
        bench.arm();
    if (before == "stopped")
        bench.controller.killSwitch("the first");
    if (pending > 0)
        bench.fill(pending);
    const SafetyState state = bench.state();
    const qint64 changesBefore = bench.countEvents("mode_change");
    const qint64 killsBefore = bench.countEvents("kill_switch");

    const StopReceipt receipt = bench.controller.killSwitch("test");
    QCOMPARE(receipt.stage, StopReceipt::Stage::Completed);
    QCOMPARE(receipt.cancelledCount, pending);
    QCOMPARE(receipt.epoch, state.epoch.next());
    QCOMPARE(receipt.stopId, state.stopId.next());
    QCOMPARE(receipt.trouble, QString());
    const SafetyState after = bench.state();
    QVERIFY(after.mode == SafetyMode::Observe);
    QVERIFY(after.tripped && !after.sweepPending);
    QCOMPARE(after.epoch, receipt.epoch);
    QCOMPARE(after.stopId, receipt.stopId);
    QCOMPARE(after.reason, "test");
    QCOMPARE(after.changedBy, "tester@bench");
    QCOMPARE(bench.countEvents("mode_change") - changesBefore, modeChanges);
    QCOMPARE(bench.countEvents("kill_switch") - killsBefore, 1);
    QCOMPARE(bench.countEvents("cancelled"), pending);
    QVERIFY(!QFile::exists(temporary.permitPath()) && !QFile::exists(temporary.stopPath()));
    QCOMPARE(bench.controller.status().display(), SafetyStatus::Display::Stopped);
}

void TestSafetyController::aSecondStopIsAStopOfItsOwn()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    const StopReceipt first = bench.controller.killSwitch("the first");
    bench.fill(2);
    const StopReceipt second = bench.controller.killSwitch("the second");
    QCOMPARE(second.stopId, first.stopId.next());
    QCOMPARE(second.epoch, first.epoch.next());
    QCOMPARE(second.cancelledCount, 2);
    QVERIFY(first.requestUid != second.requestUid);
    QCOMPARE(bench.controller.receipt(first.stopId)->reason, "the first");
    QCOMPARE(bench.controller.receipt()->reason, "the second");
    QVERIFY(!bench.controller.receipt(StopId(77)));
}

void TestSafetyController::aReceiptIsMeasuredAndStored()
{
    const TemporaryDatabase temporary;
    const ScriptedClock clock;
    Workbench bench(temporary.path(), {}, creating(), clock);
    const StopReceipt receipt = bench.controller.killSwitch("test");
    QVERIFY(receipt.permitRevokedUs && receipt.committedUs && receipt.completedUs);
    QVERIFY(*receipt.permitRevokedUs >= 0);
    QVERIFY(*receipt.permitRevokedUs <= *receipt.committedUs);
    QVERIFY(*receipt.committedUs <= *receipt.completedUs);
    QCOMPARE(receipt.requestedAt, clock.now());
    QCOMPARE(receipt.by, "tester@bench");
    QCOMPARE(*bench.controller.receipt(receipt.stopId), receipt);
}

void TestSafetyController::aReceiptCountsWhatWasRunning()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench bench(temporary.path(), script.observer());
    Workbench agent(temporary.path());
    bench.arm();
    for (int i = 0; i < 3; ++i)
        agent.store.claim(agent.proposeValidated());
    script.at(ProtocolStep::GateCommitted, [&agent] { agent.store.markStopped(ProposalId(2), "stopped"); });
    const StopReceipt receipt = bench.controller.killSwitch("test");
    QCOMPARE(receipt.running, 3);
    QCOMPARE(receipt.stopped, 1);
    QCOMPARE(receipt.cancelledCount, 0);
    QCOMPARE(bench.store.countExecuting(), 2); // a word does not end what runs
}

void TestSafetyController::theFieldsOfAReceiptAreStable()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    const QJsonObject json = bench.controller.killSwitch("test").toJson();
    QCOMPARE(json.keys(),
             QStringList({"actions", "by", "cancelled_count", "committed_us", "completed_us", "confirmed", "delivered",
                          "epoch", "expected", "hooks", "permit_revoked_us", "reason", "request_uid", "requested_at",
                          "running", "scope", "stop_id", "stopped", "target"}));
    QCOMPARE(json.value("stop_id"), 1);
    QVERIFY(StopReceipt().toJson().value("stop_id").isNull());
    QVERIFY(StopReceipt().toJson().value("committed_us").isNull());
}

void TestSafetyController::theFieldsOfAStatusAreStable()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.fill(2);
    const QJsonObject json = bench.controller.status().toJson();
    QCOMPARE(json.keys(),
             QStringList({"changed_at", "changed_by", "database", "engine", "epoch", "executing", "holds", "lease_ms",
                          "lease_renew_ms", "mode", "pending", "permit", "reason", "stop_delivered", "stop_id",
                          "stop_requested", "tripped"}));
    QCOMPARE(json.value("mode"), "execute");
    QCOMPARE(json.value("permit"), true);
    QCOMPARE(json.value("pending"), 2);
    QCOMPARE(json.value("tripped"), false);
    ForeignClient(temporary.path()).must("DELETE FROM andon_safety_state");
    const QJsonObject unknown = bench.controller.status().toJson();
    QCOMPARE(unknown.keys(), json.keys());
    QCOMPARE(unknown.value("mode"), "unknown");
    QVERIFY(unknown.value("tripped").isNull() && unknown.value("epoch").isNull() && unknown.value("pending").isNull());
    QCOMPARE(unknown.value("permit"), false);
}

void TestSafetyController::s7_aSweepOfManyIsExact()
{
    const TemporaryDatabase temporary;
    const ProtocolScript script;
    Workbench bench(temporary.path(), script.observer());
    constexpr int kPending = 25'000;
    bench.fill(kPending);
    const StopReceipt receipt = bench.controller.killSwitch("test");
    QCOMPARE(receipt.cancelledCount, kPending);
    QCOMPARE(script.steps().count(ProtocolStep::SweepBatchCommitted), kPending / ActionStore::sweepBatch(engine()));
    QCOMPARE(script.steps().count(ProtocolStep::SweepFinished), 1);
    ForeignClient raw(temporary.path());
    QCOMPARE(raw.rows("SELECT status, count(*) FROM action_proposals GROUP BY 1"), QStringList("cancelled|25000"));
    QCOMPARE(
        raw.rows("SELECT count(*), count(DISTINCT proposal_id) FROM action_audit_log WHERE event_type = 'cancelled'"),
        QStringList("25000|25000"));
    QCOMPARE(raw.rows("SELECT json_extract(event_data, '$.cancelled_count') FROM action_audit_log "
                      "WHERE event_type = 'kill_switch'"),
             QStringList("25000"));
    QCOMPARE(bench.controller.receipt()->cancelledCount, kPending);
}

void TestSafetyController::theGateIsOfConstantSize()
{
    // What the gate's transaction writes is the same whatever is pending.
    const auto written = [](Database &database) {
        if (!isOnPostgres())
            return database.scalar("SELECT total_changes()").toInt();
        // The server tells what a session has written a second late, unless it is asked to.
        database.scalar("SELECT pg_stat_force_next_flush()");
        return database
            .scalar("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables "
                    "WHERE relname <> 'action_proposals'")
            .toInt();
    };
    QList<int> changes;
    for (const int pending : {0, 20'000}) {
        const TemporaryDatabase temporary;
        Workbench bench(temporary.path());
        bench.arm();
        if (pending > 0)
            bench.fill(pending);
        const int before = written(bench.database);
        const Trip trip = TripSwitch(temporary.location()).trip(StopRequest::Kind::Stop, "alice@ops-1", "test");
        QCOMPARE(bench.controller.commitStop(trip).stage, StopReceipt::Stage::Committed);
        changes << written(bench.database) - before;
        QCOMPARE(bench.store.countPending(), pending);
        QVERIFY(bench.state().tripped && bench.state().sweepPending);
    }
    // Receipt, event, state; its seal, or what a server has of the request: filed, then done.
    QCOMPARE(changes.at(0), isOnPostgres() ? 5 : 4);
    QCOMPARE(changes.at(1), changes.at(0));
}

void TestSafetyController::s3_whatIsProposedAfterTheStopIsNotSwept()
{
    const TemporaryDatabase temporary;
    ProtocolScript script;
    Workbench bench(temporary.path(), script.observer());
    Workbench agent(temporary.path());
    bench.fill(2);
    script.at(ProtocolStep::GateCommitted, [&agent] { agent.propose(); });
    QCOMPARE(bench.controller.killSwitch("test").cancelledCount, 2);
    QCOMPARE(bench.store.countPending(), 1);
    QVERIFY(!bench.controller.canExecute()); // it waits for a person all the same
}

void TestSafetyController::s5_aResetNeedsAReason_data()
{
    QTest::addColumn<QString>("reason");
    QTest::newRow("nothing") << QString();
    QTest::newRow("empty") << "";
    QTest::newRow("blanks") << " \t\n ";
}

void TestSafetyController::s5_aResetNeedsAReason()
{
    QFETCH(QString, reason);
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    const StopReceipt receipt = bench.controller.killSwitch("test");
    QVERIFY_THROWS_EXCEPTION(InvalidInputError, bench.controller.reset(receipt.stopId, reason));
    QVERIFY(bench.state().tripped);
}

void TestSafetyController::s5_aResetAgainstAnOlderStopFails()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    const StopReceipt first = bench.controller.killSwitch("the first");
    const StopReceipt second = bench.controller.killSwitch("the second");
    const SafetyState before = bench.state();
    const auto error = thrown<StaleStateError>([&] { bench.controller.reset(first.stopId, "fine"); });
    QVERIFY(error);
    QVERIFY2(error->message().contains("the second"), error->what());
    QCOMPARE(bench.state(), before);
    QVERIFY_THROWS_EXCEPTION(StaleStateError, bench.controller.reset(second.stopId.next(), "fine"));
    QVERIFY(bench.state().tripped);
    bench.controller.reset(second.stopId, "fine");
    QVERIFY(!bench.state().tripped);
}

void TestSafetyController::s5_aResetWithoutAStopFails()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    QVERIFY_THROWS_EXCEPTION(StaleStateError, bench.controller.reset(StopId(1), "fine"));
    const StopReceipt receipt = bench.controller.killSwitch("test");
    bench.controller.reset(receipt.stopId, "fine");
    QVERIFY_THROWS_EXCEPTION(StaleStateError, bench.controller.reset(receipt.stopId, "fine"));
    QCOMPARE(bench.countEvents("reset"), 1);
}

void TestSafetyController::s5_aResetLandsInObserveAndRevivesNothing()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.fill(3);
    const StopReceipt receipt = bench.controller.killSwitch("test");
    bench.controller.reset(receipt.stopId, "rack 4 replaced");
    const SafetyState state = bench.state();
    QVERIFY(state.mode == SafetyMode::Observe);
    QVERIFY(!state.tripped);
    QCOMPARE(state.epoch, receipt.epoch.next());
    QCOMPARE(state.stopId, receipt.stopId);
    QCOMPARE(state.reason, "rack 4 replaced");
    QVERIFY(!QFile::exists(temporary.permitPath()));
    QCOMPARE(bench.store.list({ActionStatus::Cancelled}, 10).size(), 3);
    const AuditEvent event = bench.auditor.events(std::nullopt, "reset").constFirst();
    QCOMPARE(event.dataObject().value("stop_id"), 1);
    QCOMPARE(event.dataObject().value("reason"), "rack 4 replaced");
    QCOMPARE(ForeignClient(temporary.path()).rows("SELECT reset_by, reset_reason FROM andon_stop_receipt"),
             QStringList("tester@bench|rack 4 replaced"));
}

void TestSafetyController::s5_theLatchSurvivesEveryRestart()
{
    const TemporaryDatabase temporary;
    {
        Workbench bench(temporary.path());
        bench.arm();
        bench.controller.killSwitch("test");
    }
    for (int i = 0; i < 3; ++i) {
        Workbench bench(temporary.path());
        bench.controller.recover();
        QVERIFY(bench.state().tripped);
        QVERIFY_THROWS_EXCEPTION(ObserveOnlyError, bench.controller.setMode(SafetyMode::Execute, change("go")));
    }
}

void TestSafetyController::s2_aStopThatCannotBeRecordedStillStops()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.database.setLockTimeout(std::chrono::milliseconds(100));
    ForeignClient other(temporary.path());
    other.must("BEGIN IMMEDIATE");
    const auto error = thrown<StorageError>([&bench] { bench.controller.killSwitch("test"); });
    QVERIFY(error);
    QCOMPARE(error->problem(), StorageProblem::Busy);
    QVERIFY(!QFile::exists(temporary.permitPath()));
    QVERIFY(bench.controller.isStopRequested());
    QVERIFY(!bench.controller.canExecute());
    QCOMPARE(bench.controller.status().display(), SafetyStatus::Display::StoppedNotRecorded);
    QCOMPARE(other.run("COMMIT").isEmpty(), !isOnPostgres()); // a server ends who kept the gate from being committed
    QVERIFY(!bench.controller.canExecute());
    bench.controller.recover();
    QVERIFY(bench.state().tripped);
    QCOMPARE(bench.controller.status().display(), SafetyStatus::Display::Stopped);
}

void TestSafetyController::s3_aPermitThatMayNotBeRemovedIsVoidOnceTheGateIsCommitted()
{
    ANDON_SQLITE_ONLY("a server has no permit file");
    const TemporaryDatabase temporary;
    Workbench agent(temporary.path());
    agent.arm();
    // As in /tmp: everybody may make files, and nobody may remove another's.
    openToEverybody(temporary.folder());
    QCOMPARE(::chmod(QFile::encodeName(temporary.folder()).constData(), 01777), 0);
    QCOMPARE(::chmod(QFile::encodeName(temporary.permitPath()).constData(), 0444), 0);
    {
        const Unprivileged unprivileged;
        if (::geteuid() != 0 || !unprivileged.isEffective())
            QSKIP("this needs a second account, which only root has");
        Workbench bench(temporary.path(), {}, existing());
        const StopReceipt receipt = bench.controller.killSwitch("test");
        QCOMPARE(receipt.stage, StopReceipt::Stage::Completed);
        QVERIFY(!receipt.permitRevokedUs); // the receipt does not say what is not so
    }
    QVERIFY(QFile::exists(temporary.permitPath()));
    QVERIFY(!agent.controller.canExecute());
    QVERIFY(agent.state().tripped);
}

void TestSafetyController::s7_aStopWithoutItsEventsIsNotRecorded()
{
    const TemporaryDatabase temporary;
    Workbench bench(temporary.path());
    bench.arm();
    bench.fill(3);
    const SafetyState before = bench.state();
    ForeignClient raw(temporary.path());
    raw.must("CREATE TRIGGER no_event BEFORE INSERT ON action_audit_log BEGIN SELECT RAISE(ABORT, 'no events'); END");
    QVERIFY_THROWS_EXCEPTION(StorageError, bench.controller.killSwitch("test"));
    QCOMPARE(bench.state(), before);
    QVERIFY(!bench.controller.receipt());
    QVERIFY(!bench.controller.canExecute()); // stopped all the same
    raw.must("DROP TRIGGER no_event");
    bench.controller.recover();
    QCOMPARE(bench.countEvents("kill_switch"), 1);
    QCOMPARE(bench.countEvents("mode_change"), 2);
    QCOMPARE(bench.controller.receipt()->cancelledCount, 3);
}

QTEST_GUILESS_MAIN(TestSafetyController)
#include "tst_safetycontroller.moc"
