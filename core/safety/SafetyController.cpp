// SPDX-License-Identifier: Apache-2.0
#include "core/safety/SafetyController.h"

#include "core/gate/GateErrors.h"
#include "core/storage/Database.h"
#include "core/storage/SqliteDialect.h"

namespace andon {

namespace {

/// Rows a transaction of a sweep: a quarter of a second of the write lock at the most.
constexpr int kSweepBatch = 10'000;

} // namespace

SafetyController::SafetyController(Database &database, ActionAuditor &auditor, ProtocolObserver observer)
    : m_database(database)
    , m_auditor(auditor)
    , m_observer(observer)
    , m_store(database, auditor, std::move(observer))
    , m_state(database)
    , m_receipts(database)
{
}

void SafetyController::reached(ProtocolStep step) const
{
    if (m_observer)
        m_observer(step);
}

SafetyMode SafetyController::mode() const
{
    return m_state.read().mode;
}

SafetyStatus SafetyController::status() noexcept
{
    SafetyStatus status;
    status.database = m_database.location().display();
    status.isStopRequested = requests().any();
    try {
        m_database.verifyAttached();
        status.engine = SqliteDialect::describe(m_database);
        status.state = m_state.read();
        status.isPermitted = permit().isGranted(status.state.epoch);
        status.pending = m_store.countPending();
        status.executing = m_store.countExecuting();
        status.isKnown = true;
    } catch (const Error &error) {
        status.problem = error.message();
    } catch (const std::exception &error) {
        status.problem = QString::fromUtf8(error.what());
    }
    return status;
}

// Mode

ModeResult SafetyController::setMode(SafetyMode mode, const ModeChange &change)
{
    return mode == SafetyMode::Observe ? observe(change) : arm(change);
}

ModeResult SafetyController::observe(const ModeChange &change)
{
    try {
        if (m_state.read().mode == SafetyMode::Observe)
            return {};
    } catch (const Error &) {
        // Not known: then the safe direction is taken for real.
    }
    const TripSwitch tripSwitch(m_database.location(), m_observer);
    const Trip trip = tripSwitch.trip(StopRequest::Kind::Observe, m_auditor.by(), change.reason, m_auditor.clock());
    commitObserve(trip.request);
    return {true, finishObserveSweep()};
}

void SafetyController::commitObserve(const StopRequest &request)
{
    Transaction transaction(m_database);
    SafetyState state = m_state.read();
    revokeBeforeGate();
    if (state.mode != SafetyMode::Observe) {
        m_auditor.logModeChange(toString(state.mode), toString(SafetyMode::Observe), request.reason, request.by);
        state.mode = SafetyMode::Observe;
        state.epoch = state.epoch.next();
        state.reason = request.reason;
        state.changedBy = request.by;
        state.changedAt = request.at;
        state.sweepThrough = m_store.newest();
        state.sweepPending = true;
        m_state.write(state);
    }
    transaction.commit();
    reached(ProtocolStep::GateCommitted);
    static_cast<void>(requests().withdraw(request.uid));
    reached(ProtocolStep::StopRequestWithdrawn);
}

qint64 SafetyController::finishObserveSweep()
{
    qint64 cancelled = 0;
    ProposalId after;
    bool isLast = false;
    while (!isLast) {
        Transaction transaction(m_database);
        SafetyState state = m_state.read();
        if (!state.sweepThrough.isValid() && m_receipts.unfinished().isEmpty() && !state.sweepPending)
            return cancelled;
        const QJsonObject data{{QStringLiteral("reason"), QStringLiteral("switched to observe mode")},
                               {QStringLiteral("by"), state.changedBy}};
        const ActionStore::SweepBatch batch = m_store.cancelPending(after, state.sweepThrough, kSweepBatch, data,
                                                                    Actor::kUser);
        cancelled += batch.cancelled;
        after = batch.last;
        isLast = batch.isLast;
        if (isLast) {
            state.sweepThrough = ProposalId();
            state.sweepPending = !m_receipts.unfinished().isEmpty();
            m_state.write(state);
        }
        transaction.commit();
        reached(ProtocolStep::SweepBatchCommitted);
    }
    return cancelled;
}

void SafetyController::requireNoStopUnderWay() const
{
    if (requests().any())
        throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped,
                               QStringLiteral("A stop is under way (%1). Wait until it is recorded, then reset it.")
                                   .arg(requests().path()));
}

ModeResult SafetyController::arm(const ModeChange &change)
{
    requireNoStopUnderWay();
    recover();
    const SafetyState seen = m_state.read();
    if (seen.tripped)
        m_store.gate().require(); // says which stop is to be reset
    const Epoch expected = change.expectedEpoch.value_or(seen.epoch);
    if (seen.mode == SafetyMode::Execute)
        return {};

    ModeResult result{true, 0};
    if (!change.keepPending && seen.epoch == expected)
        result.cancelledCount = m_store.cancelAllPending(
            QStringLiteral("execution was enabled without what was pending"));
    commitArm(change, expected, &result);
    reached(ProtocolStep::ArmCommitted);
    if (requests().any()) // a stop that came meanwhile wins
        permit().revoke();
    return result;
}

void SafetyController::commitArm(const ModeChange &change, Epoch expected, ModeResult *result)
{
    Transaction transaction(m_database);
    SafetyState state = m_state.read();
    if (state.tripped)
        m_store.gate().require();
    if (state.epoch != expected || state.mode != SafetyMode::Observe || state.sweepPending)
        throw StaleStateError(QStringLiteral("The safety state changed meanwhile (epoch %1, expected %2). "
                                             "Look at it again, then decide.")
                                  .arg(state.epoch.toString(), expected.toString()));
    if (!change.keepPending)
        result->cancelledCount += m_store.cancelAllPending(
            QStringLiteral("execution was enabled without what was pending"));
    requireNoStopUnderWay();

    state.mode = SafetyMode::Execute;
    state.epoch = state.epoch.next();
    state.reason = change.reason;
    state.changedBy = m_auditor.by();
    state.changedAt = m_auditor.clock().now();
    const qint64 kept = m_store.countPending();
    // Void until the row has this epoch. Under the write lock, so that no two arms meet here.
    permit().grant(state.epoch);
    reached(ProtocolStep::ArmPermitWritten);
    try {
        m_auditor.logModeChange(
            toString(SafetyMode::Observe), toString(SafetyMode::Execute), change.reason, m_auditor.by(),
            {{QStringLiteral("pending_cancelled"), result->cancelledCount}, {QStringLiteral("pending_kept"), kept}});
        m_state.write(state);
        transaction.commit();
    } catch (...) {
        permit().revoke();
        throw;
    }
}

// Stop

StopReceipt SafetyController::killSwitch(const QString &reason)
{
    const TripSwitch tripSwitch(m_database.location(), m_observer);
    const Trip trip = tripSwitch.trip(StopRequest::Kind::Stop, m_auditor.by(), reason, m_auditor.clock());
    return sweep(commitStop(trip), trip.sinceCall);
}

void SafetyController::revokeBeforeGate() const
{
    try {
        permit().revoke(); // once more: an arm may have written its permit since
    } catch (const PermitError &) {
        // One that this account may not remove must not keep the gate from being committed: the new
        // epoch voids it.
    }
}

StopReceipt SafetyController::commitGate(const StopRequest &request, std::optional<qint64> permitRevokedUs)
{
    SafetyState state = m_state.read();
    revokeBeforeGate();

    const QDateTime now = m_auditor.clock().now();
    StopReceipt receipt;
    receipt.stage = StopReceipt::Stage::Committed;
    receipt.requestUid = request.uid;
    receipt.epoch = state.epoch.next();
    receipt.by = request.by;
    receipt.reason = request.reason;
    receipt.requestedAt = request.at;
    receipt.permitRevokedUs = permitRevokedUs;
    receipt.running = m_store.countExecuting();
    receipt.stopId = m_receipts.insert(receipt, now, m_store.newest());

    if (state.mode != SafetyMode::Observe)
        m_auditor.logModeChange(toString(state.mode), toString(SafetyMode::Observe), request.reason, request.by,
                                {{QStringLiteral("stop_id"), receipt.stopId.value}});
    state.mode = SafetyMode::Observe;
    state.tripped = true;
    state.epoch = receipt.epoch;
    state.stopId = receipt.stopId;
    state.reason = request.reason;
    state.changedBy = request.by;
    state.changedAt = now;
    state.sweepPending = true;
    m_state.write(state);
    return receipt;
}

StopReceipt SafetyController::commitStop(const Trip &trip)
{
    std::optional<StopReceipt> receipt;
    {
        Transaction transaction(m_database);
        receipt = m_receipts.byRequest(trip.request.uid);
        if (!receipt) {
            receipt = commitGate(trip.request, trip.permitRevokedUs);
            transaction.commit();
            if (trip.sinceCall.isValid())
                receipt->committedUs = trip.sinceCall.nsecsElapsed() / 1000;
        }
    }
    reached(ProtocolStep::GateCommitted);
    receipt->permitRevokedUs = trip.permitRevokedUs;
    receipt->trouble = requests().withdraw(trip.request.uid);
    reached(ProtocolStep::StopRequestWithdrawn);
    return *receipt;
}

bool SafetyController::sweepBatch(StopReceipt *receipt, ProposalId *after, const QElapsedTimer &sinceCall)
{
    Transaction transaction(m_database);
    const std::optional<StopReceipt> stored = m_receipts.byId(receipt->stopId);
    if (!stored)
        throw NotFoundError(QStringLiteral("There is no stop %1.").arg(receipt->stopId.toString()));
    if (stored->stage == StopReceipt::Stage::Completed) { // somebody else was faster
        const StopReceipt measured = *receipt;
        *receipt = *stored;
        if (measured.committedUs) // the stored row has it only where its own stop finished the sweep
            receipt->committedUs = measured.committedUs;
        receipt->trouble = measured.trouble;
        return false;
    }
    const QJsonObject data{
        {QStringLiteral("reason"), receipt->reason.isEmpty() ? QStringLiteral("kill switch") : receipt->reason},
        {QStringLiteral("by"), receipt->by},
        {QStringLiteral("stop_id"), receipt->stopId.value}};
    const ActionStore::SweepBatch batch = m_store.cancelPending(*after, m_receipts.sweepThrough(receipt->stopId),
                                                                kSweepBatch, data);
    m_receipts.addCancelled(receipt->stopId, batch.cancelled);
    receipt->cancelledCount = stored->cancelledCount + batch.cancelled;
    *after = batch.last;
    if (batch.isLast) {
        receipt->stage = StopReceipt::Stage::Completed;
        receipt->stopped = qMax<qint64>(0, receipt->running - m_store.countExecuting());
        if (sinceCall.isValid())
            receipt->completedUs = sinceCall.nsecsElapsed() / 1000;
        m_auditor.logKillSwitch(receipt->cancelledCount, receipt->stopId, receipt->by, receipt->reason);
        m_receipts.setCommittedUs(receipt->stopId, receipt->committedUs);
        m_receipts.complete(*receipt, m_auditor.clock().now());
        SafetyState state = m_state.read();
        state.sweepPending = state.sweepThrough.isValid() || !m_receipts.unfinished().isEmpty();
        m_state.write(state);
    }
    transaction.commit();
    return !batch.isLast;
}

StopReceipt SafetyController::sweep(StopReceipt receipt, const QElapsedTimer &sinceCall,
                                    const std::function<bool(const StopReceipt &)> &progress)
{
    ProposalId after;
    bool goesOn = receipt.stage != StopReceipt::Stage::Completed;
    while (goesOn) {
        goesOn = sweepBatch(&receipt, &after, sinceCall);
        reached(goesOn ? ProtocolStep::SweepBatchCommitted : ProtocolStep::SweepFinished);
        if (progress && !progress(receipt))
            break;
    }
    return receipt;
}

void SafetyController::reset(StopId stop, const QString &reason)
{
    if (reason.trimmed().isEmpty())
        throw InvalidInputError(QStringLiteral("A reset needs a reason."));
    recover(); // what the stop was to cancel must be cancelled before anything is enabled again
    Transaction transaction(m_database);
    SafetyState state = m_state.read();
    if (!state.tripped)
        throw StaleStateError(QStringLiteral("There is no stop to reset: nothing is stopped."));
    if (state.stopId != stop)
        throw StaleStateError(QStringLiteral("Stop %1 is not the present one: stop %2 was pressed by %3 (%4). "
                                             "Look at that one, then reset it.")
                                  .arg(stop.toString(), state.stopId.toString(), state.changedBy,
                                       state.reason.isEmpty() ? QStringLiteral("no reason given") : state.reason));
    if (state.sweepPending)
        throw StaleStateError(QStringLiteral("Stop %1 is still cancelling what was pending. Try again in a moment.")
                                  .arg(stop.toString()));
    requireNoStopUnderWay();
    state.tripped = false;
    state.epoch = state.epoch.next();
    state.reason = reason;
    state.changedBy = m_auditor.by();
    state.changedAt = m_auditor.clock().now();
    m_state.write(state);
    m_receipts.markReset(stop, state.changedBy, reason, state.changedAt);
    m_auditor.logReset(stop, state.changedBy, reason);
    transaction.commit();
}

// Recovery

void SafetyController::recover(Recovery extent)
{
    if (m_database.isReadOnly())
        return;
    const QList<StopRequest> standing = requests().list();
    for (const StopRequest &request : standing) {
        if (request.kind == StopRequest::Kind::Observe) {
            commitObserve(request);
        } else {
            Trip trip;
            trip.request = request;
            commitStop(trip);
        }
    }
    if (standing.isEmpty() && requests().any())
        static_cast<void>(requests().withdraw({})); // an empty folder, left by a process that was ended
    tripWithoutPermit();
    if (extent == Recovery::GateOnly || !m_state.read().sweepPending)
        return;
    const QList<StopReceipt> unfinished = m_receipts.unfinished();
    for (const StopReceipt &receipt : unfinished)
        sweep(receipt);
    finishObserveSweep();
}

void SafetyController::tripWithoutPermit()
{
    const auto isPermitMissing = [this] {
        const SafetyState state = m_state.read();
        return state.mode == SafetyMode::Execute && !permit().isGranted(state.epoch);
    };
    if (!isPermitMissing())
        return;
    // Under the lock the row stands still; whoever takes the permit away files a request first.
    Transaction transaction(m_database);
    if (!isPermitMissing() || requests().any())
        return;
    StopRequest request;
    request.uid = QStringLiteral("no-permit-%1").arg(m_state.read().epoch.value);
    request.by = Actor::kSystem;
    request.reason = QStringLiteral("the database said execute, but there was no permit");
    request.at = m_auditor.clock().now();
    commitGate(request, std::nullopt);
    transaction.commit();
}

std::optional<StopReceipt> SafetyController::receipt(std::optional<StopId> stop)
{
    return stop ? m_receipts.byId(*stop) : m_receipts.newest();
}

} // namespace andon
