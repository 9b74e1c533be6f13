// SPDX-License-Identifier: Apache-2.0
#include "core/safety/StopProcedure.h"

#include "core/Error.h"
#include "core/gate/GateErrors.h"
#include "core/storage/Database.h"

#include <QDeadlineTimer>

#include <algorithm>
#include <thread>

namespace andon {

namespace {

/// How often an answer is looked for.
constexpr std::chrono::milliseconds kLook{5};

} // namespace

StopProcedure::StopProcedure(Database &database, ActionAuditor &auditor, ActionStore &store, ProtocolObserver observer)
    : m_database(database)
    , m_auditor(auditor)
    , m_store(store)
    , m_observer(std::move(observer))
    , m_state(database)
    , m_holds(database)
    , m_receipts(database)
    , m_targets(database, auditor.tables())
{
}

void StopProcedure::reached(ProtocolStep step) const
{
    if (m_observer)
        m_observer(step);
}

void StopProcedure::revokeBeforeGate() const
{
    try {
        m_store.gate().permit().revoke(); // once more: an arm may have written its permit since
    } catch (const PermitError &) {
        // One that this account may not remove must not keep the gate from being committed: the new
        // epoch voids it.
    }
}

StopReceipt StopProcedure::begin(const StopRequest &request, Epoch epoch)
{
    StopReceipt receipt;
    receipt.stage = StopReceipt::Stage::Committed;
    receipt.requestUid = request.uid;
    receipt.scope = request.scope;
    receipt.epoch = epoch;
    receipt.by = request.by;
    receipt.reason = request.reason;
    receipt.requestedAt = request.at;
    receipt.running = m_store.reader().countExecuting(request.scope);
    return receipt;
}

StopReceipt StopProcedure::commitHold(const StopRequest &request)
{
    SafetyState state = m_state.readForChange();
    const QDateTime now = m_auditor.clock().now();
    StopReceipt receipt = begin(request, state.epoch);
    receipt.stopId = m_receipts.insert(receipt, now, m_store.newest());
    m_holds.insert({receipt.stopId, request.scope, request.reason, request.by, now});
    m_targets.note(receipt.stopId, request.scope);
    state.sweepPending = true;
    m_state.write(state);
    return receipt;
}

StopReceipt StopProcedure::commitGate(const StopRequest &request, std::optional<qint64> permitRevokedUs)
{
    if (request.scope.isHold())
        return commitHold(request);
    SafetyState state = m_state.readForChange();
    revokeBeforeGate();

    const QDateTime now = m_auditor.clock().now();
    StopReceipt receipt = begin(request, state.epoch.next());
    receipt.permitRevokedUs = permitRevokedUs;
    receipt.stopId = m_receipts.insert(receipt, now, m_store.newest());
    m_targets.note(receipt.stopId, request.scope);

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

void StopProcedure::deliver(Trip &trip)
{
    if (!trip.needsDelivery || trip.isDelivered)
        return;
    m_store.gate().requestsAtServer().file(trip.request);
    trip.isDelivered = true;
    if (trip.sinceCall.isValid() && !trip.request.scope.isHold())
        trip.permitRevokedUs = trip.sinceCall.nsecsElapsed() / 1000;
}

StopReceipt StopProcedure::commitOnce(const Trip &trip)
{
    Transaction transaction(m_database);
    const StopRequestTable &atServer = m_store.gate().requestsAtServer();
    static_cast<void>(m_state.readForChange()); // who carries the same request out is waited for, then found
    std::optional<StopReceipt> receipt = m_receipts.byRequest(trip.request.uid);
    if (receipt) {
        atServer.finish(trip.request.uid, m_auditor.clock().now());
        transaction.commit();
        return *receipt;
    }
    receipt = commitGate(trip.request, trip.permitRevokedUs);
    atServer.finish(trip.request.uid, m_auditor.clock().now());
    transaction.commit();
    if (trip.sinceCall.isValid())
        receipt->committedUs = trip.sinceCall.nsecsElapsed() / 1000;
    return *receipt;
}

StopReceipt StopProcedure::commit(const Trip &tripped)
{
    Trip trip = tripped;
    trip.needsDelivery = m_database.engine() == SqlEngine::PostgreSql; // also of a request that was found
    deliver(trip);
    StopReceipt receipt;
    try {
        receipt = commitOnce(trip);
    } catch (const StorageError &error) {
        if (error.problem() == StorageProblem::Busy)
            endBlockers();
        throw;
    }
    reached(ProtocolStep::GateCommitted);
    m_database.verifyAttached(); // a gate in a file that was deleted meanwhile stops nobody: the request has to
    receipt.permitRevokedUs = trip.permitRevokedUs;
    receipt.trouble = m_store.gate().requests().withdraw(trip.request);
    reached(ProtocolStep::StopRequestWithdrawn);
    return receipt;
}

void StopProcedure::endBlockers()
{
    if (m_database.engine() != SqlEngine::PostgreSql)
        return;
    try {
        m_database.scalar(QStringLiteral("SELECT andon_end_blockers()"));
    } catch (const StorageError &) {
        // This account may not: then the lock is waited for, an attempt after the other.
    }
}

bool StopProcedure::sweepBatch(StopReceipt *receipt, ProposalId *after, const QElapsedTimer &sinceCall)
{
    Transaction transaction(m_database);
    SafetyState state = m_state.readForChange(); // before the actions' rows, in the order in which a claim locks them
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
                                                                ActionStore::sweepBatch(m_database.engine()), data,
                                                                Actor::kUser, receipt->scope);
    m_receipts.addCancelled(receipt->stopId, batch.cancelled);
    receipt->cancelledCount = stored->cancelledCount + batch.cancelled;
    *after = batch.last;
    if (batch.isLast) {
        receipt->stage = StopReceipt::Stage::Completed;
        receipt->stopped = qMax<qint64>(0, receipt->running - m_store.reader().countExecuting(receipt->scope));
        if (sinceCall.isValid())
            receipt->completedUs = sinceCall.nsecsElapsed() / 1000;
        m_auditor.logKillSwitch(receipt->cancelledCount, receipt->stopId, receipt->by, receipt->reason,
                                scopeData(receipt->scope));
        m_receipts.setCommittedUs(receipt->stopId, receipt->committedUs);
        m_receipts.complete(*receipt, m_auditor.clock().now());
        state.sweepPending = state.sweepThrough.isValid() || !m_receipts.unfinished().isEmpty();
        m_state.write(state);
    }
    transaction.commit();
    return !batch.isLast;
}

StopReceipt StopProcedure::sweep(StopReceipt receipt, const QElapsedTimer &sinceCall,
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

void StopProcedure::addTargets(StopReceipt *receipt)
{
    receipt->targets = m_targets.of(receipt->stopId);
    if (!receipt->targets.isEmpty())
        receipt->stopped = std::count_if(
            receipt->targets.cbegin(), receipt->targets.cend(),
            [](const StopTarget &target) { return target.proposal.isValid() && target.isConfirmed(); });
}

StopReceipt StopProcedure::collect(StopReceipt receipt, std::chrono::milliseconds time,
                                   const std::function<bool(const StopReceipt &)> &progress)
{
    const QDeadlineTimer deadline(time);
    for (;;) {
        const qint64 before = receipt.confirmed();
        addTargets(&receipt);
        if (progress && receipt.confirmed() != before && !progress(receipt))
            return receipt;
        if (receipt.isAnswered() || deadline.hasExpired())
            return receipt;
        std::this_thread::sleep_for(kLook);
    }
}

std::optional<StopReceipt> StopProcedure::receipt(std::optional<StopId> stop)
{
    std::optional<StopReceipt> receipt = stop ? m_receipts.byId(*stop) : std::nullopt;
    if (!stop) {
        const SafetyState state = m_state.read();
        receipt = state.tripped ? m_receipts.byId(state.stopId) : m_receipts.newest();
    }
    if (receipt)
        addTargets(&*receipt);
    return receipt;
}

} // namespace andon
