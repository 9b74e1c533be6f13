// SPDX-License-Identifier: Apache-2.0
#include "core/guard/AgentLook.h"

#include "core/Clock.h"
#include "core/storage/Database.h"
#include "core/storage/DatabaseTime.h"

#include <algorithm>

namespace andon {

AgentWatch::Look::Look(AgentWatch &watch, Database &database)
    : m_watch(watch)
    , m_database(database)
    , m_agents(database)
    , m_state(database)
    , m_holds(database)
    , m_question(database)
{
}

QDateTime AgentWatch::Look::now()
{
    return databaseTime(m_database, Clock::system());
}

bool AgentWatch::Look::isConcerned(const WatchedAction &action, Epoch epoch)
{
    return epoch != action.seen.state->epoch || m_holds.hasCoveredSince(action.identity, action.seen.newestHold);
}

bool AgentWatch::Look::mayGoOn(const WatchedAction &action) const
{
    return m_question.isStillOpen(action.identity, action.seen, action.registration);
}

LeaseErrand::Answer AgentWatch::Look::ask()
{
    const Actions running = m_watch.actions();
    // Of a file only what was committed is looked at here: what is requested, and the permit, are files as well.
    m_epoch = m_state.read().epoch;
    for (const std::shared_ptr<WatchedAction> &action : running) {
        if (m_watch.m_isLeased ? !mayGoOn(*action) : isConcerned(*action, m_epoch))
            m_watch.stop(*action, QStringLiteral("database"));
    }
    return Answer::Open;
}

void AgentWatch::Look::note(bool isBeatDue)
{
    const Actions running = m_watch.actions();
    const bool isStillRunning = std::any_of(running.cbegin(), running.cend(),
                                            [](const auto &action) { return action->isStopped.load(); });
    if (!isStillRunning && (m_acknowledged != m_epoch || m_agents.isAwaited(m_watch.m_registration)))
        answerStops(running);
    if (isBeatDue)
        beat();
}

void AgentWatch::Look::answerStops(const Actions &running)
{
    const QDateTime moment = now();
    Transaction transaction(m_database);
    const Epoch epoch = m_state.read().epoch;
    m_agents.answer(
        m_watch.m_registration,
        {StopAnswer::Outcome::Stopped, moment, QStringLiteral("database"), QStringLiteral("nothing of it runs")});
    // A server lets others commit meanwhile. What was answered was committed before, so it shows from here on: nothing
    // may run that it concerns and that has not been told yet. And a stop that came after the answer is not to be
    // acknowledged unanswered. In both cases nothing is written; the next look has the rest.
    const bool isAnyConcerned = std::any_of(running.cbegin(), running.cend(),
                                            [this, epoch](const auto &action) { return isConcerned(*action, epoch); });
    if (isAnyConcerned || m_state.read().epoch != epoch)
        return;
    m_agents.acknowledge(m_watch.m_registration, epoch, moment);
    transaction.commit();
    m_acknowledged = epoch;
}

void AgentWatch::Look::beat()
{
    const QDateTime moment = now();
    m_agents.beat(m_watch.m_registration, moment);
    if (!m_watch.m_isLeased)
        return;
    const Actions running = m_watch.actions();
    for (const std::shared_ptr<WatchedAction> &action : running)
        m_agents.beat(action->registration, moment);
}

} // namespace andon
