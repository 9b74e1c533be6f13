// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/AgentTable.h"
#include "core/gate/SafetyStateTable.h"
#include "core/guard/AgentWatch.h"
#include "core/guard/LeaseQuestion.h"

namespace andon {

/// One look of a session's watch at the database, and what the session writes there: its answers to stops and its beat.
/// Belongs to the thread of its connection, which must outlive this, and so must the watch.
class AgentWatch::Look : public LeaseErrand
{
public:
    Look(AgentWatch &watch, Database &database);

    /// Tells the actions that may not go on. The answer is always open: each action is told by itself.
    Answer ask() override;
    /// Answers the stops that await the session, once nothing of it runs that one of them concerns.
    void note(bool isBeatDue) override;

private:
    [[nodiscard]] bool mayGoOn(const WatchedAction &action) const;
    [[nodiscard]] bool isConcerned(const WatchedAction &action, Epoch epoch);
    void answerStops(const Actions &running);
    void beat();
    [[nodiscard]] QDateTime now();

    AgentWatch &m_watch;
    Database &m_database;
    AgentTable m_agents;
    SafetyStateTable m_state;
    HoldTable m_holds;
    LeaseQuestion m_question;
    Epoch m_epoch; ///< of the last look
    Epoch m_acknowledged;
};

} // namespace andon
