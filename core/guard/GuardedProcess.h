// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/AgentTable.h"
#include "core/guard/GuardedTree.h"
#include "core/guard/StopArrival.h"
#include "core/safety/SafetyController.h"
#include "core/storage/LeaseTerms.h"

#include <functional>

namespace andon {

class GuardLease;

/// A command to be run as an action.
struct GuardedCommand
{
    ActionRequest action;
    QStringList command;                              ///< the program, looked for along PATH, and its arguments
    std::chrono::milliseconds grace{2000};            ///< between SIGTERM and SIGKILL when it is stopped
    std::optional<std::chrono::milliseconds> timeout; ///< of the command, from its start
    QString guardProgram; ///< where andon-guard is; empty: as `GuardedTree::findProgram` finds it
};

/// How a guarded command has ended, and that it is recorded.
struct GuardedResult
{
    ProposalId id;
    TreeOutcome tree;
    bool isStopped = false; ///< by a stop, a hold or a change to observe
    QString explanation;    ///< a sentence for the person; empty where the command ended by itself
};

/// What goes on around it while it waits.
struct GuardSurroundings
{
    int wakeDescriptor = -1; ///< readable when `onWake` is to be called; -1: none
    /// Called then; the tree is there to pass signals on to, or null before the command runs: then false gives up.
    /// While the command is being started it is not called: what waits is for the command then.
    std::function<bool(GuardedTree *)> onWake;
    /// Hears once that a person's answer is waited for.
    std::function<void(ProposalId)> onWaitingForApproval;
};

/// Any program as an action that the kill switch reaches: propose, wait for the approval where one is needed, validate,
/// claim, watch, look once more, run; and record what became of it (S3, S4).
///
/// The command has the standard streams of this process, untouched. What ends it is a helper process that needs neither
/// this one nor the database (GuardedTree); this one keeps the record. Belongs to the thread of its database.
///
/// On a server, where no permit can be watched, the command lives by a lease (GuardLease): this process renews it from
/// a thread of its own, and the helper ends the command where it does not.
class GuardedProcess
{
public:
    /// All must outlive this.
    GuardedProcess(Database &database, ActionAuditor &auditor, SafetyController &safety,
                   GuardSurroundings surroundings = {});

    /// Runs it to its end, and records that. Throws ObserveOnlyError, ApprovalError or StateUnknownError where it may
    /// not start: then the command never ran and its action is cancelled. InterruptedError where `onWake` gave up.
    /// StorageError where the end cannot be recorded for a minute: the command has ended all the same, and the next
    /// opener records that its guard is gone.
    GuardedResult run(const GuardedCommand &command);

    /// Given up before the command was started.
    class InterruptedError : public Error
    {
    public:
        using Error::Error;
    };

private:
    [[nodiscard]] QString awaitApproval(ProposalId id, const ActionIdentity &identity, const GateDecision &seen);
    /// The gate, for a command that waits: a refusal names the stop, which is noticed before it is recorded.
    void requireStill(const ActionIdentity &identity, const GateDecision &seen);
    GuardedResult runProposed(ProposalId id, const GuardedCommand &command);
    [[nodiscard]] TreeOptions optionsFor(const GuardedCommand &command, const ActionIdentity &identity,
                                         const GateDecision &seen, const std::optional<LeaseTerms> &terms) const;
    [[nodiscard]] qint64 registerFor(ProposalId id, const ActionIdentity &identity, const GateDecision &seen,
                                     qint64 guardPid, const std::optional<LeaseTerms> &terms);
    [[nodiscard]] bool isServer() const;
    /// `guardPid` as the database keeps it.
    [[nodiscard]] ProcessIdentity identityOf(qint64 guardPid) const;
    /// `beat` is called once a second, and when the command has started.
    void watch(GuardedTree &tree, const std::function<void(bool hasStarted)> &beat);
    void watchAndBeat(GuardedTree &tree, const StopArrival &arrival);
    void watchByLease(GuardedTree &tree, GuardLease &lease);
    void giveUp(ProposalId id, const QString &reason);
    /// False: not to go on.
    bool wake(GuardedTree *tree);

    Database &m_database;
    ActionAuditor &m_auditor;
    SafetyController &m_safety;
    GuardSurroundings m_surroundings;
    ActionStore &m_store;
    AgentTable m_agents;
    qint64 m_registration = 0; ///< of the command that runs
};

} // namespace andon
