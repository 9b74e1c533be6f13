// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ApprovalTable.h"
#include "core/actions/ProposalStatements.h"
#include "core/audit/ActionAuditor.h"
#include "core/gate/Gate.h"

namespace andon {

/// Who may run what needs a person's word.
///
/// A question waits for its answer, and an answer for its use, no longer than the setting `approval.seconds`. An answer
/// is good for one start of this very action, under the safety state in which it was given: a stop voids it. No answer
/// is a refusal. Every change has its event (S7). Belongs to the thread of its database.
class Approvals
{
public:
    /// All must outlive this.
    Approvals(Database &database, ActionAuditor &auditor, const Gate &gate);

    /// Whether this database asks it of every action.
    [[nodiscard]] bool isRequiredOfAll();

    /// Joins the transaction that makes the proposal.
    void ask(ProposalId id);

    /// Nothing where the action needs none.
    [[nodiscard]] std::optional<Approval> find(ProposalId id);

    /// Says yes, and returns the approval with its token. Throws ApprovalError where it was decided already or its time
    /// is over, ObserveOnlyError where nothing may run now (it would be void), InvalidInputError without a reason,
    /// NotFoundError, TransitionError where the action is not pending any more.
    Approval approve(ProposalId id, const QString &reason);

    /// Says no: the action is cancelled. Throws as `approve` does.
    void reject(ProposalId id, const QString &reason);

    /// Asks for what is pending and was never asked about, where the database asks it of every action: a program that
    /// does not know of approvals has proposed it. Returns how many.
    int askOfUnaware();

    /// Whether a question's time is over, or one has not been asked.
    [[nodiscard]] bool isAnyDue();
    /// Cancels what nobody has answered in time. Returns how many.
    int refuseUnanswered();

    /// Throws ApprovalError, with the reason why, unless the action needs none or `token` is good for it now. To be
    /// called in the transaction that starts the action.
    void require(ProposalId id, const QString &token);

    /// Records that a start was refused for want of an approval.
    void recordRefusal(ProposalId id, const QString &why);

private:
    Approval decidable(ProposalId id, const QString &reason);
    void cancel(ProposalId id, const Approval &approval, const QString &reason, const QString &actor);
    void log(ProposalId id, const QString &type, const QString &actor, const QJsonObject &data);
    void mirror(const Approval &approval);
    [[nodiscard]] QString complaint(const std::optional<Approval> &approval, const QString &token);

    Database &m_database;
    ActionAuditor &m_auditor;
    const Gate &m_gate;
    ProposalStatements m_statements;
    ApprovalTable m_table;
};

} // namespace andon
