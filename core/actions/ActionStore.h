// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionProposal.h"
#include "core/actions/ActionRecords.h"
#include "core/actions/ProposalStatements.h"
#include "core/audit/ActionAuditor.h"
#include "core/gate/Gate.h"

#include <QList>

#include <functional>

namespace andon {

class Database;
class Statement;

/// The life of actions: every change and its audit event are one transaction (S7).
///
/// Belongs to the thread of its database. Throws TransitionError for a change that the status does
/// not allow, NotFoundError for an unknown id, StorageError where the database fails.
class ActionStore
{
public:
    ActionStore(Database &database, ActionAuditor &auditor, ProtocolObserver observer = {});

    /// Throws InvalidInputError without a name.
    ProposalId propose(const ActionRequest &request);

    /// proposed -> validated.
    void validate(ProposalId id);

    /// validated -> executing: the moment an action starts.
    ///
    /// May it run? Then the transition is committed, `startWatching` is called (a guard begins to
    /// watch for stops there), and the gate is asked once more, for the same epoch: a stop in between
    /// is never missed, not even one that was reset and armed again since.
    /// Throws ObserveOnlyError or StateUnknownError, and then the action does not run; where the
    /// second look said no, it was cancelled. Never inside a transaction of the caller's: the
    /// second look would see the caller's own uncommitted past (InvalidInputError).
    void claim(ProposalId id, const std::function<void()> &startWatching = {});

    /// executing -> completed, with any JSON as the result.
    void complete(ProposalId id, const QJsonValue &result = {});

    /// executing -> failed.
    void fail(ProposalId id, const QString &error);

    /// proposed or validated -> cancelled. What is executing is not cancelled by a word: stop it.
    void cancel(ProposalId id, const QString &reason, const QString &actor = Actor::kUser);

    /// executing -> cancelled, for whoever knows that the action does not run (any more).
    void markStopped(ProposalId id, const QString &reason);

    /// Cancels what is pending with an id above `after` and up to `through`, `limit` at most, in one
    /// transaction, each with its own event that carries `data`.
    struct SweepBatch
    {
        qint64 cancelled = 0;
        ProposalId last; ///< where the next batch goes on
        bool isLast = true;
    };
    SweepBatch cancelPending(ProposalId after, ProposalId through, int limit, const QJsonObject &data,
                             const QString &actor = Actor::kUser);

    /// Cancels all that is pending, in batches. Returns how many.
    qint64 cancelAllPending(const QString &reason, const QString &actor = Actor::kUser);

    /// The greatest id so far; 0 where there is no proposal.
    [[nodiscard]] ProposalId newest();

    /// Throws NotFoundError.
    [[nodiscard]] ActionProposal get(ProposalId id);

    /// Newest first, ids below `before` where it is valid, `limit` at most.
    [[nodiscard]] QList<ActionProposal> list(const QList<ActionStatus> &statuses, int limit, ProposalId before = {});

    [[nodiscard]] qint64 countPending();
    [[nodiscard]] qint64 countExecuting();

    [[nodiscard]] const Gate &gate() const { return m_gate; }

private:
    void giveWayToStop() const;
    [[nodiscard]] QString statusOf(ProposalId id);
    void requireStatus(ProposalId id, const QList<ActionStatus> &allowed, ActionStatus wanted);
    void setStatus(ProposalId id, ActionStatus status, const QString &timeColumn, const QString &error = {});
    void commitClaim(ProposalId id);
    [[nodiscard]] QString selectClause();
    [[nodiscard]] ActionProposal readRow(const Statement &row) const;

    Database &m_database;
    ActionAuditor &m_auditor;
    ActionRecords m_records;
    ProposalStatements m_statements;
    ProtocolObserver m_observer;
    Gate m_gate;
    QString m_selectClause; ///< made once
};

} // namespace andon
