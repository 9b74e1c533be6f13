// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionProposal.h"
#include "core/actions/ActionRecords.h"
#include "core/actions/Approvals.h"
#include "core/actions/ProposalReader.h"
#include "core/actions/ProposalStatements.h"
#include "core/audit/ActionAuditor.h"
#include "core/gate/Gate.h"

#include <QList>

#include <functional>

namespace andon {

class Database;

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

    /// How an action is claimed.
    struct ClaimOptions
    {
        /// Called once the transition is committed: a guard watches for stops from then on.
        std::function<void()> startWatching;
        /// Of the approval, where the action needs one.
        QString approvalToken;
    };

    /// validated -> executing: the moment an action starts.
    ///
    /// May it run? Then the transition is committed, `startWatching` is called (a guard begins to
    /// watch for stops there), and the gate is asked once more, for the same epoch: a stop in between
    /// is never missed, not even one that was reset and armed again since; nor is a hold.
    /// Throws ObserveOnlyError or StateUnknownError, and then the action does not run; where the
    /// second look said no, it was cancelled. ApprovalError where it needs an approval and this token is none: that is
    /// recorded. Never inside a transaction of the caller's: the
    /// second look would see the caller's own uncommitted past (InvalidInputError).
    /// Returns what the gate saw; its epoch is the one that the action runs under.
    GateDecision claim(ProposalId id, const ClaimOptions &options = {});

    /// executing -> completed, with any JSON as the result.
    void complete(ProposalId id, const QJsonValue &result = {});

    /// executing -> failed. `details` go into the event and the record, beside the error.
    void fail(ProposalId id, const QString &error, const QJsonObject &details = {});

    /// proposed or validated -> cancelled. What is executing is not cancelled by a word: stop it.
    void cancel(ProposalId id, const QString &reason, const QString &actor = Actor::kUser);

    /// executing -> cancelled, for whoever knows that the action does not run (any more). `details` go into the event
    /// and the record: what was stopped, and how.
    void markStopped(ProposalId id, const QString &reason, const QJsonObject &details = {});

    /// How many actions a sweep cancels in one transaction: a quarter of a second of the write lock at the most. A row
    /// takes a server ten times as long, and another stop waits for the batch to end.
    [[nodiscard]] static constexpr int sweepBatch(SqlEngine engine)
    {
        return engine == SqlEngine::Sqlite ? 10'000 : 1000;
    }

    /// Cancels what is pending with an id above `after` and up to `through`, `limit` at most, in one
    /// transaction, each with its own event that carries `data`. Of a scope, where it is not everything.
    struct SweepBatch
    {
        qint64 cancelled = 0;
        ProposalId last; ///< where the next batch goes on
        bool isLast = true;
    };
    SweepBatch cancelPending(ProposalId after, ProposalId through, int limit, const QJsonObject &data,
                             const QString &actor = Actor::kUser, const StopScope &scope = {});

    /// Cancels all that is pending, in batches. Returns how many.
    qint64 cancelAllPending(const QString &reason, const QString &actor = Actor::kUser);

    [[nodiscard]] ProposalReader &reader() { return m_reader; }
    [[nodiscard]] ProposalId newest() { return m_reader.newest(); }
    /// Throws NotFoundError.
    [[nodiscard]] ActionProposal get(ProposalId id) { return m_reader.get(id); }
    /// Newest first, ids below `before` where it is valid, `limit` at most.
    [[nodiscard]] QList<ActionProposal> list(const QList<ActionStatus> &statuses, int limit, ProposalId before = {})
    {
        return m_reader.list(statuses, limit, before);
    }
    [[nodiscard]] qint64 countPending() { return m_reader.countPending(); }
    [[nodiscard]] qint64 countExecuting() { return m_reader.countExecuting(); }

    /// Who may run what needs a person's word.
    [[nodiscard]] Approvals &approvals() { return m_approvals; }

    [[nodiscard]] const Gate &gate() const { return m_gate; }

private:
    void giveWayToStop() const;
    /// As JSON text; null where there is nothing.
    [[nodiscard]] QString detailsText(const QJsonObject &details) const;
    [[nodiscard]] ActionIdentity identityOf(ProposalId id);
    void requireStatus(ProposalId id, const QList<ActionStatus> &allowed, ActionStatus wanted);
    void setStatus(ProposalId id, ActionStatus status, const QString &timeColumn, const QString &error = {});
    void commitClaim(ProposalId id, const ActionIdentity &identity, const QString &token);

    Database &m_database;
    ActionAuditor &m_auditor;
    ActionRecords m_records;
    ProposalStatements m_statements;
    ProtocolObserver m_observer;
    Gate m_gate;
    ProposalReader m_reader;
    Approvals m_approvals;
};

} // namespace andon
