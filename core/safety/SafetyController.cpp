// SPDX-License-Identifier: Apache-2.0
#include "core/safety/SafetyController.h"

#include "core/gate/GateErrors.h"
#include "core/storage/Database.h"
#include "core/storage/ServerRoles.h"
#include "core/storage/StoredSettings.h"

namespace andon {

namespace {

/// Events of other programs that an opener seals, some 30 ms of work; what is more is left to a running panel.
constexpr qint64 kBacklog = 10'000;

} // namespace

SafetyController::SafetyController(Database &database, ActionAuditor &auditor, ProtocolObserver observer)
    : m_database(database)
    , m_auditor(auditor)
    , m_observer(observer)
    , m_store(database, auditor, observer)
    , m_state(database)
    , m_holds(database)
    , m_receipts(database)
    , m_stops(database, auditor, m_store, observer)
    , m_modes(database, auditor, m_store, m_stops, std::move(observer))
    , m_recovery(database, auditor, m_store, m_stops, m_modes)
{
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
    status.isStopDelivered = m_database.engine() == SqlEngine::Sqlite;
    try {
        m_database.verifyAttached();
        status.engine = m_database.describeEngine();
        const bool isAtServer = m_store.gate().requestsAtServer().any(); // before the row, as the gate looks
        status.isStopDelivered = isAtServer || m_database.engine() == SqlEngine::Sqlite;
        status.isStopRequested = status.isStopRequested || isAtServer;
        status.state = m_state.read();
        const bool isRowPermit = status.state.mode == SafetyMode::Execute && !status.state.tripped;
        status.isPermitted = permit().isGranted(status.state.epoch)
            && (isRowPermit || m_database.engine() == SqlEngine::Sqlite);
        status.pending = m_store.countPending();
        status.executing = m_store.countExecuting();
        status.holds = m_holds.standing();
        StoredSettings settings(m_database);
        status.stopDeadline = settings.stopDeadline();
        if (m_database.engine() == SqlEngine::PostgreSql) {
            status.lease = settings.leaseTime();
            status.leaseRenewal = settings.leaseRenewal();
        }
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
    if (mode == SafetyMode::Observe)
        return m_modes.observe(change);
    m_modes.requireNoStopUnderWay();
    recover();
    return m_modes.arm(change);
}

// Stop

std::chrono::milliseconds SafetyController::answerTime()
{
    constexpr std::chrono::seconds kForTheRecord{1}; // the usual grace is as long as the deadline
    return StoredSettings(m_database).stopDeadline() + kForTheRecord;
}

StopReceipt SafetyController::killSwitch(const QString &reason)
{
    const TripSwitch tripSwitch(m_database.location(), m_observer);
    const Trip trip = tripSwitch.trip(StopRequest::Kind::Stop, m_auditor.by(), reason, m_auditor.clock());
    return collect(sweep(commitStop(trip), trip.sinceCall), answerTime());
}

StopReceipt SafetyController::hold(const StopScope &scope, const QString &reason)
{
    if (!scope.isHold() || scope.target.trimmed().isEmpty())
        throw InvalidInputError(QStringLiteral("A hold needs an agent's id or an action's name."));
    const TripSwitch tripSwitch(m_database.location(), m_observer);
    const Trip trip = tripSwitch.hold(scope, m_auditor.by(), reason, m_auditor.clock());
    return collect(sweep(commitStop(trip), trip.sinceCall), answerTime());
}

bool SafetyController::recordHooks(const QString &requestUid, const QList<HookOutcome> &hooks)
{
    Transaction transaction(m_database);
    const bool isThere = m_receipts.setHooks(requestUid, hooks);
    transaction.commit();
    return isThere;
}

void SafetyController::reset(StopId stop, const QString &reason)
{
    if (reason.trimmed().isEmpty())
        throw InvalidInputError(QStringLiteral("A reset needs a reason."));
    recover(); // what the stop was to cancel must be cancelled before anything is enabled again
    const std::optional<Hold> hold = m_holds.standing(stop);
    if (hold)
        release(*hold, reason);
    else
        resetStop(stop, reason);
}

void SafetyController::release(const Hold &hold, const QString &reason)
{
    Transaction transaction(m_database);
    const QDateTime now = m_auditor.clock().now();
    if (!m_holds.release(hold.stopId, now))
        throw StaleStateError(QStringLiteral("Somebody else has reset stop %1.").arg(hold.stopId.toString()));
    m_receipts.markReset(hold.stopId, m_auditor.by(), reason, now);
    m_auditor.logReset(hold.stopId, m_auditor.by(), reason, scopeData(hold.scope));
    transaction.commit();
}

void SafetyController::resetStop(StopId stop, const QString &reason)
{
    Transaction transaction(m_database);
    SafetyState state = m_state.readForChange();
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
    m_modes.requireNoStopUnderWay();
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

bool SafetyController::hasLeftovers()
{
    return m_recovery.isAnyGuardGone() || m_store.approvals().isAnyDue();
}

void SafetyController::sealAppended() noexcept
{
    try {
        if (m_database.engine() != SqlEngine::Sqlite && !m_database.isReadOnly()
            && ServerRoles(m_database).mayOperate())
            m_auditor.sealBacklog(kBacklog);
    } catch (const std::exception &) {
        // Nothing depends on it: a panel seals within a second, and each opener what is left.
    }
}

void SafetyController::recover(Recovery extent)
{
    if (m_database.isReadOnly() || !ServerRoles(m_database).mayOperate())
        return;
    m_recovery.carryOutStops();
    if (extent == Recovery::GateOnly)
        return;
    m_recovery.finishSweeps();
    m_recovery.recordGoneGuards();
    m_store.approvals().askOfUnaware();
    m_store.approvals().refuseUnanswered();
    m_auditor.sealBacklog(kBacklog);
}

} // namespace andon
