// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionProposal.h"

#include <QJsonValue>

#include <functional>
#include <memory>

namespace andon {

class RunningAction;
struct GuardedCommand;
struct GuardedResult;

/// A long-lived program that takes actions in its own process: asks the gate, runs, and obeys stops.
///
/// It registers with the database, so that a stop waits for its answer, and watches from a thread of its own: each
/// RunningAction learns of a stop within about 25 ms, whatever its own thread does. The session answers once nothing of
/// it runs any more; an action that does not end is named in the stop's receipt.
///
/// Belongs to the thread that made it. What can be a program of its own is better run with GuardedProcess (`andonctl
/// run`): a process tree can be ended from outside, a function cannot.
class AgentSession
{
public:
    struct Options
    {
        QString database;     ///< as `--database` takes it; empty: the standard one
        QString agentId;      ///< by which it can be held
        QString by;           ///< user@host; empty: from the operating system
        QString guardProgram; ///< for `run`: where andon-guard is; empty: beside this program, or where it is installed
        /// Called from the watching thread at each stop that concerns it, with a word on how it came.
        std::function<void(const QString &)> onStop;
    };

    /// Opens the database, finishes what others have left there, and registers. Throws StorageError.
    explicit AgentSession(Options options);
    /// What still runs is recorded as failed.
    ~AgentSession();
    AgentSession(const AgentSession &) = delete;
    AgentSession &operator=(const AgentSession &) = delete;

    /// Throws ObserveOnlyError or StateUnknownError unless this agent may act now.
    void checkCanExecute();

    /// Proposes, for an action that somebody else validates or approves.
    ProposalId propose(ActionRequest request);

    /// Proposes, validates and claims: when this returns, the action runs and is recorded as running.
    /// Throws ObserveOnlyError or StateUnknownError where it may not start, ApprovalError where it needs an approval:
    /// use `propose` and `startProposed` then. What was not started is cancelled.
    [[nodiscard]] RunningAction start(ActionRequest request);
    /// The same for one that was proposed before; with the token of its approval where it needs one.
    [[nodiscard]] RunningAction startProposed(ProposalId id, const QString &approvalToken = {});

    /// Runs a program as an action, whose whole process tree a stop ends, and waits for its end; where the action needs
    /// an approval, for that before. Throws as `GuardedProcess::run` (core/guard/GuardedProcess.h).
    GuardedResult run(GuardedCommand command);

private:
    friend class RunningAction;
    class Private;
    std::unique_ptr<Private> d;
};

/// An action that runs in this process. End it with one of the three; one that is forgotten is recorded as failed.
/// `isStopRequested` may be asked from any thread, the rest belongs to the thread of its session, which outlives it.
class RunningAction
{
public:
    RunningAction(RunningAction &&other) noexcept;
    RunningAction &operator=(RunningAction &&other) = delete;
    RunningAction(const RunningAction &) = delete;
    RunningAction &operator=(const RunningAction &) = delete;
    ~RunningAction();

    [[nodiscard]] ProposalId id() const;
    /// Ask between two steps; where it is true, undo or leave off, and call `stopped`.
    [[nodiscard]] bool isStopRequested() const;
    /// Throws ObserveOnlyError where a stop was requested: for code that unwinds.
    void checkMayGoOn() const;

    /// Each throws StorageError where it cannot be recorded.
    void complete(const QJsonValue &result = {});
    void fail(const QString &error);
    /// Confirms that the action does not run any more because of the stop.
    void stopped(const QString &detail = {});

private:
    friend class AgentSession;
    struct State;
    RunningAction(AgentSession::Private &session, std::shared_ptr<State> state);

    AgentSession::Private *m_session;
    std::shared_ptr<State> m_state;
};

} // namespace andon
