// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/GuardedProcess.h"
#include "core/guard/StopArrival.h"

namespace andon {

/// Writes down how a guarded command has ended: the action, its record and the answer to the stop, in one transaction.
///
/// A stop is quicker than its record: the answer waits until the gate is committed, or there would be nothing to answer
/// to. Where the stop's own program has died meanwhile, this carries the stop out as any opener does.
/// Belongs to the thread of its database.
class GuardRecord
{
public:
    /// What is recorded of.
    struct Subject
    {
        ProposalId id;
        ActionIdentity identity;
        GateDecision seen; ///< under what it was started
        qint64 registration = 0;
    };

    /// All must outlive this.
    GuardRecord(Database &database, ActionAuditor &auditor, SafetyController &safety, Subject subject);

    /// For a command that was refused at the last moment; its action has been cancelled.
    void neverStarted();

    /// Throws StorageError where it cannot be written for a minute. A connection to a server that was lost is replaced
    /// for that.
    GuardedResult end(const GuardedTree &tree, const GuardedCommand &command);

private:
    void record(const TreeOutcome &tree, const GuardedResult &result);
    void recordAnew(const TreeOutcome &tree, const GuardedResult &result);
    void write(const TreeOutcome &tree, const GuardedResult &result);
    [[nodiscard]] QJsonObject detailsOf(const TreeOutcome &tree) const;

    Database &m_database;
    ActionAuditor &m_auditor;
    Subject m_subject;
    StopArrival m_arrival;
    ActionStore &m_store;
    AgentTable m_agents;
};

} // namespace andon
