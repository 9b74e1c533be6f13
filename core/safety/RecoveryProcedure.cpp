// SPDX-License-Identifier: Apache-2.0
#include "core/safety/RecoveryProcedure.h"

#include "core/gate/GuardSockets.h"
#include "core/storage/Database.h"
#include "core/storage/DatabaseTime.h"

#include <algorithm>
#include <optional>

namespace andon {

RecoveryProcedure::RecoveryProcedure(Database &database, ActionAuditor &auditor, ActionStore &store,
                                     StopProcedure &stops, ModeSwitch &modes)
    : m_database(database)
    , m_auditor(auditor)
    , m_store(store)
    , m_stops(stops)
    , m_modes(modes)
    , m_state(database)
    , m_receipts(database)
    , m_agents(database)
{
}

void RecoveryProcedure::carryOutStops()
{
    QList<StopRequest> standing = requests().list();
    const QList<StopRequest> atServer = m_store.gate().requestsAtServer().list();
    for (const StopRequest &request : atServer) {
        const auto isSame = [&request](const StopRequest &other) { return other.uid == request.uid; };
        if (std::none_of(standing.cbegin(), standing.cend(), isSame))
            standing << request;
    }
    for (const StopRequest &request : standing) {
        if (request.kind == StopRequest::Kind::Observe) {
            m_modes.commitObserve(request);
        } else {
            Trip trip;
            trip.request = request;
            m_stops.commit(trip);
        }
    }
    if (standing.isEmpty())
        requests().removeEmptyFolders();
    tripWithoutPermit();
}

void RecoveryProcedure::finishSweeps()
{
    if (!m_state.read().sweepPending)
        return;
    const QList<StopReceipt> unfinished = m_receipts.unfinished();
    for (const StopReceipt &receipt : unfinished)
        m_stops.sweep(receipt);
    m_modes.finishObserveSweep();
}

QList<AgentRegistration> RecoveryProcedure::gone()
{
    QList<AgentRegistration> gone;
    std::optional<QDateTime> now;
    const QList<AgentRegistration> live = m_agents.live();
    for (const AgentRegistration &one : live) {
        if (one.lease.count() > 0 && !now)
            now = databaseTime(m_database, m_auditor.clock());
        if (one.isGone() || (now && one.isSilent(*now)))
            gone << one;
    }
    return gone;
}

void RecoveryProcedure::recordGoneGuards()
{
    const QList<AgentRegistration> all = gone();
    for (const AgentRegistration &one : all)
        recordGone(one);
    if (!all.isEmpty())
        GuardSockets::removeStale(m_database.location().gatePath());
}

bool RecoveryProcedure::isAnyGuardGone()
{
    return !gone().isEmpty();
}

void RecoveryProcedure::recordGone(const AgentRegistration &gone)
{
    Transaction transaction(m_database);
    const QDateTime now = m_auditor.clock().now();
    const bool isHere = gone.isGone();
    const bool isNews = isHere ? m_agents.end(gone.id, QStringLiteral("gone"), now) : m_agents.endUnseen(gone, now);
    if (!isNews)
        return; // another opener was faster, or it has been heard of again
    QString what = gone.kind == AgentRegistration::Kind::Guard
        ? QStringLiteral("its guard was killed, and its processes with it; how far it came is not known")
        : QStringLiteral("the program that ran it has vanished; how far it came is not known");
    if (!isHere)
        what = QStringLiteral(
                   "nothing was heard from %1 for longer than its lease of %2 ms, so it has ended there; how "
                   "far it came is not known")
                   .arg(gone.process.host)
                   .arg(gone.lease.count());
    m_agents.answer(gone.id, {StopAnswer::Outcome::Gone, now, {}, what});
    if (gone.proposal && m_store.reader().statusOf(*gone.proposal) == toString(ActionStatus::Executing))
        m_store.fail(*gone.proposal, what);
    transaction.commit();
}

void RecoveryProcedure::tripWithoutPermit()
{
    const auto isPermitMissing = [this] {
        const SafetyState state = m_state.read();
        return state.mode == SafetyMode::Execute && !permit().isGranted(state.epoch);
    };
    if (!isPermitMissing())
        return;
    // Under the lock the row stands still; whoever takes the permit away files a request first.
    Transaction transaction(m_database);
    if (!isPermitMissing() || m_store.gate().isStopRequested())
        return;
    StopRequest request;
    request.uid = QStringLiteral("no-permit-%1").arg(m_state.read().epoch.value);
    request.by = Actor::kSystem;
    request.reason = QStringLiteral("the database said execute, but there was no permit");
    request.at = m_auditor.clock().now();
    m_stops.commitGate(request, std::nullopt);
    transaction.commit();
}

} // namespace andon
