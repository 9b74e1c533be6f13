// SPDX-License-Identifier: Apache-2.0
#include "core/safety/ModeSwitch.h"

#include "core/gate/GateErrors.h"
#include "core/safety/SafetyErrors.h"
#include "core/safety/TripSwitch.h"
#include "core/storage/Database.h"

namespace andon {

ModeSwitch::ModeSwitch(Database &database, ActionAuditor &auditor, ActionStore &store, StopProcedure &stops,
                       ProtocolObserver observer)
    : m_database(database)
    , m_auditor(auditor)
    , m_store(store)
    , m_stops(stops)
    , m_observer(std::move(observer))
    , m_state(database)
    , m_receipts(database)
{
}

void ModeSwitch::reached(ProtocolStep step) const
{
    if (m_observer)
        m_observer(step);
}

ModeResult ModeSwitch::observe(const ModeChange &change)
{
    try {
        if (m_state.read().mode == SafetyMode::Observe)
            return {};
    } catch (const Error &) {
        // Not known: then the safe direction is taken for real.
    }
    const TripSwitch tripSwitch(m_database.location(), m_observer);
    const Trip trip = tripSwitch.trip(StopRequest::Kind::Observe, m_auditor.by(), change.reason, m_auditor.clock());
    try {
        commitObserve(trip.request);
    } catch (const StorageError &error) {
        if (error.problem() == StorageProblem::Denied) // this login never may: nobody would ever take it back
            static_cast<void>(requests().withdraw(trip.request));
        throw;
    }
    return {true, finishObserveSweep()};
}

void ModeSwitch::commitObserve(const StopRequest &request)
{
    m_store.gate().requestsAtServer().file(request);
    Transaction transaction(m_database);
    SafetyState state = m_state.readForChange();
    m_stops.revokeBeforeGate();
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
    m_store.gate().requestsAtServer().finish(request.uid, m_auditor.clock().now());
    transaction.commit();
    reached(ProtocolStep::GateCommitted);
    m_database.verifyAttached(); // as in a stop
    static_cast<void>(requests().withdraw(request));
    reached(ProtocolStep::StopRequestWithdrawn);
}

qint64 ModeSwitch::finishObserveSweep()
{
    qint64 cancelled = 0;
    ProposalId after;
    bool isLast = false;
    while (!isLast) {
        Transaction transaction(m_database);
        SafetyState state = m_state.readForChange();
        if (!state.sweepThrough.isValid() && m_receipts.unfinished().isEmpty() && !state.sweepPending)
            return cancelled;
        const QJsonObject data{{QStringLiteral("reason"), QStringLiteral("switched to observe mode")},
                               {QStringLiteral("by"), state.changedBy}};
        const ActionStore::SweepBatch batch = m_store.cancelPending(
            after, state.sweepThrough, ActionStore::sweepBatch(m_database.engine()), data, Actor::kUser);
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

void ModeSwitch::requireNoStopUnderWay() const
{
    if (m_store.gate().isStopRequested())
        throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped,
                               QStringLiteral("A stop is under way (%1). Wait until it is recorded, then reset it.")
                                   .arg(requests().path()));
}

ModeResult ModeSwitch::arm(const ModeChange &change)
{
    requireNoStopUnderWay();
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

void ModeSwitch::commitArm(const ModeChange &change, Epoch expected, ModeResult *result)
{
    Transaction transaction(m_database);
    SafetyState state = m_state.readForChange();
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

} // namespace andon
