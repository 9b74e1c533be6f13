// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/BulkSimulation.h"

#include "core/Identity.h"
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

#include <algorithm>
#include <thread>

namespace andon::ctl {

namespace {

using namespace std::chrono_literals;

constexpr int kActionsPerTransaction = 500;
constexpr int kGroup = 12;      ///< actions that run side by side
constexpr int kMaxPending = 12; ///< what the agent leaves undecided at most
constexpr auto kBetweenTries = 20ms;
constexpr qint64 kTypicalMsPerEvent = 1000;

} // namespace

QDateTime SimulatedClock::now() const
{
    return QDateTime::fromMSecsSinceEpoch(m_now, Qt::UTC);
}

BulkSimulation::BulkSimulation(RenewableSession &session, SimulatedWork work)
    : m_session(session)
    , m_state{std::move(work), {}, {}, 0}
{
    useSession();
}

void BulkSimulation::useSession()
{
    m_store.reset();
    m_auditor.emplace(m_session.get().database(), currentIdentity(), m_clock);
    m_store.emplace(m_session.get().database(), *m_auditor);
}

bool BulkSimulation::mayRetryAfter(const StorageError &error)
{
    if (error.isTransient()) {
        std::this_thread::sleep_for(kBetweenTries);
        return true;
    }
    m_store.reset();
    m_auditor.reset();
    if (!m_session.renewAfter(error, m_interruption))
        return false;
    useSession();
    return true;
}

void BulkSimulation::setUpClock(qint64 count)
{
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const qint64 span = count * kTypicalMsPerEvent;
    const QList<AuditEvent> newest = m_auditor->events(std::nullopt, std::nullopt, 1);
    qint64 start = now - span;
    if (!newest.isEmpty() && newest.first().timestamp.isValid())
        start = std::clamp(newest.first().timestamp.toMSecsSinceEpoch(), start, now);
    m_timeScale = static_cast<double>(now - start) / static_cast<double>(std::max<qint64>(span, 1));
    m_state.clockMs = start;
    m_clock.set(start);
}

void BulkSimulation::passTime(std::chrono::milliseconds time)
{
    const auto scaled = static_cast<qint64>(static_cast<double>(time.count()) * m_timeScale);
    // The future is not written to.
    m_state.clockMs = std::max(m_state.clockMs,
                               std::min(m_state.clockMs + scaled, QDateTime::currentMSecsSinceEpoch()));
    m_clock.set(m_state.clockMs);
}

SimulationTally BulkSimulation::run(qint64 count)
{
    setUpClock(count);
    while (m_state.tally.events < count && !m_interruption.isRequested()) {
        const State before = m_state;
        try {
            step(count);
        } catch (const StorageError &error) {
            if (!mayRetryAfter(error))
                throw;
            m_state = before;
            m_clock.set(m_state.clockMs);
        }
    }
    return m_state.tally;
}

void BulkSimulation::step(qint64 count)
{
    if (m_store->gate().check().isOpen())
        executeGroup();
    else
        proposeBatch(count);
}

BulkSimulation::Pending BulkSimulation::proposeNext()
{
    const SimulatedAction action = m_state.work.next();
    passTime(action.pause);
    const ProposalId id = m_store->propose(action.request);
    ++m_state.tally.proposed;
    ++m_state.tally.events;
    if (action.passesValidation) {
        passTime(action.thinking);
        m_store->validate(id);
        ++m_state.tally.events;
    }
    return {id, action};
}

void BulkSimulation::withdrawOldest()
{
    const Pending oldest = m_state.pending.takeFirst();
    m_store->cancel(oldest.id, oldest.action.withdrawalReason, Actor::kAgent);
    ++m_state.tally.withdrawn;
    ++m_state.tally.events;
}

/// To be called under the write lock: after it nobody else changes what is left.
void BulkSimulation::dropWhatOthersEnded()
{
    m_state.pending.removeIf([this](const Pending &pending) {
        const std::optional<ActionStatus> status = m_store->get(pending.id).status;
        return status != ActionStatus::Proposed && status != ActionStatus::Validated;
    });
}

void BulkSimulation::proposeBatch(qint64 count)
{
    Transaction transaction(m_session.get().database());
    dropWhatOthersEnded();
    for (int i = 0; i < kActionsPerTransaction && m_state.tally.events < count; ++i) {
        m_state.pending << proposeNext();
        if (m_state.pending.size() > kMaxPending)
            withdrawOldest();
    }
    transaction.commit();
}

QList<BulkSimulation::Pending> BulkSimulation::proposeGroup()
{
    Transaction transaction(m_session.get().database());
    dropWhatOthersEnded();
    QList<Pending> group;
    while (group.size() < kGroup) {
        const Pending proposed = proposeNext();
        if (proposed.action.passesValidation)
            group << proposed;
        else
            m_state.pending << proposed;
        if (m_state.pending.size() > kMaxPending)
            withdrawOldest();
    }
    transaction.commit();
    return group;
}

void BulkSimulation::executeGroup()
{
    const QList<Pending> group = proposeGroup();
    const qint64 startedMs = m_state.clockMs;
    endGroup(claimGroup(group), startedMs);
}

QList<BulkSimulation::Pending> BulkSimulation::claimGroup(const QList<Pending> &group)
{
    QList<Pending> claimed;
    bool isOpen = true;
    for (const Pending &pending : group) {
        if (!isOpen) {
            m_state.pending << pending; // it waits for better times
            continue;
        }
        try {
            m_store->claim(pending.id);
            ++m_state.tally.events;
            claimed << pending;
        } catch (const ObserveOnlyError &) {
            ++m_state.tally.refused;
            m_state.pending << pending;
            isOpen = false;
        } catch (const StateUnknownError &) {
            ++m_state.tally.refused;
            m_state.pending << pending;
            isOpen = false;
        } catch (const TransitionError &) { // cancelled by somebody else
        } catch (const StorageError &error) {
            if (!mayRetryAfter(error))
                throw;
            // The answer may have been lost, and not the claim.
            (m_store->get(pending.id).status == ActionStatus::Executing ? claimed : m_state.pending) << pending;
        }
    }
    return claimed;
}

void BulkSimulation::endGroup(QList<Pending> claimed, qint64 startedMs)
{
    std::sort(claimed.begin(), claimed.end(),
              [](const Pending &a, const Pending &b) { return a.action.duration < b.action.duration; });
    const State before = m_state;
    while (!claimed.isEmpty()) {
        try {
            Transaction transaction(m_session.get().database());
            for (const Pending &pending : std::as_const(claimed)) {
                if (m_store->get(pending.id).status != ActionStatus::Executing)
                    continue;
                const auto elapsed = std::chrono::milliseconds(m_state.clockMs - startedMs);
                passTime(std::max(pending.action.duration - elapsed, 0ms));
                if (pending.action.error.isEmpty())
                    m_store->complete(pending.id, pending.action.result);
                else
                    m_store->fail(pending.id, pending.action.error);
                ++(pending.action.error.isEmpty() ? m_state.tally.completed : m_state.tally.failed);
                ++m_state.tally.events;
            }
            transaction.commit();
            return;
        } catch (const StorageError &error) {
            // What was claimed must be ended, so this is tried until it is done or somebody has had enough.
            if (m_interruption.isRequested() || !mayRetryAfter(error))
                throw;
            m_state = before;
            m_clock.set(m_state.clockMs);
        }
    }
}

} // namespace andon::ctl
