// SPDX-License-Identifier: Apache-2.0
#include "core/actions/Approvals.h"

#include "core/actions/ActionStatus.h"
#include "core/actions/Assignments.h"
#include "core/actions/ProposalReader.h"
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/gate/SafetyStateTable.h"
#include "core/storage/Database.h"
#include "core/storage/StoredSettings.h"
#include "core/storage/Timestamp.h"

#include <QJsonDocument>
#include <QRandomGenerator>

#include <array>

namespace andon {

namespace {

/// 128 random bits from the system.
QString newToken()
{
    std::array<quint32, 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    QString token;
    for (const quint32 word : words)
        token += QStringLiteral("%1").arg(word, 8, 16, QLatin1Char('0'));
    return token;
}

} // namespace

Approvals::Approvals(Database &database, ActionAuditor &auditor, const Gate &gate)
    : m_database(database)
    , m_auditor(auditor)
    , m_gate(gate)
    , m_statements(database, auditor.tables())
    , m_table(database)
{
}

bool Approvals::isRequiredOfAll()
{
    return StoredSettings(m_database).isApprovalRequired();
}

void Approvals::ask(ProposalId id)
{
    const QDateTime now = m_auditor.clock().now();
    const QDateTime expiresAt = now.addSecs(StoredSettings(m_database).approvalTime().count());
    m_table.ask(id, now, expiresAt);
    log(id, EventType::kApprovalAsked, Actor::kSystem, {{QStringLiteral("expires_at"), formatTimestamp(expiresAt)}});
}

std::optional<Approval> Approvals::find(ProposalId id)
{
    return m_table.find(id);
}

Approval Approvals::decidable(ProposalId id, const QString &reason)
{
    if (reason.trimmed().isEmpty())
        throw InvalidInputError(QStringLiteral("A decision needs a reason."));
    const QString status = ProposalReader(m_database, m_auditor.tables()).statusOf(id);
    if (status != toString(ActionStatus::Proposed) && status != toString(ActionStatus::Validated))
        throw TransitionError(id, status, QStringLiteral("approved or rejected"));
    std::optional<Approval> approval = m_table.find(id);
    if (!approval && isRequiredOfAll()) { // made by a program that does not know of approvals
        ask(id);
        approval = m_table.find(id);
    }
    if (!approval)
        throw ApprovalError(QStringLiteral("Action %1 needs no approval.").arg(id.toString()));
    if (approval->decision != Approval::Decision::Waiting)
        throw ApprovalError(QStringLiteral("Action %1 is decided already: %2 by %3.")
                                .arg(id.toString(), toString(approval->decision), approval->by));
    const QDateTime now = m_auditor.clock().now();
    if (approval->expiresAt <= now)
        throw ApprovalError(QStringLiteral("The question whether action %1 may run has expired at %2. Its agent asks "
                                           "again.")
                                .arg(id.toString(), formatTimestamp(approval->expiresAt)));
    approval->by = m_auditor.by();
    approval->decidedAt = now;
    approval->reason = m_auditor.redactor().redactText(reason);
    return *approval;
}

Approval Approvals::approve(ProposalId id, const QString &reason)
{
    const GateDecision gate = m_gate.require(ProposalReader(m_database, m_auditor.tables()).identityOf(id));
    Transaction transaction(m_database);
    Approval approval = decidable(id, reason);
    approval.decision = Approval::Decision::Approved;
    approval.token = newToken();
    approval.epoch = gate.state->epoch; // a stop since then has raised it: the approval is void from the start
    approval.expiresAt = approval.decidedAt.addSecs(StoredSettings(m_database).approvalTime().count());
    m_table.decide(approval);
    mirror(approval);
    log(id, EventType::kApproved, Actor::kUser,
        {{QStringLiteral("by"), approval.by},
         {QStringLiteral("reason"), reason},
         {QStringLiteral("epoch"), approval.epoch.value},
         {QStringLiteral("expires_at"), formatTimestamp(approval.expiresAt)}});
    transaction.commit();
    return approval;
}

void Approvals::reject(ProposalId id, const QString &reason)
{
    Transaction transaction(m_database);
    Approval approval = decidable(id, reason);
    approval.decision = Approval::Decision::Rejected;
    m_table.decide(approval);
    mirror(approval);
    log(id, EventType::kRejected, Actor::kUser,
        {{QStringLiteral("by"), approval.by}, {QStringLiteral("reason"), reason}});
    cancel(id, approval, QStringLiteral("rejected: ") + reason, Actor::kUser);
    transaction.commit();
}

int Approvals::askOfUnaware()
{
    if (!isRequiredOfAll() || m_table.unasked().isEmpty())
        return 0;
    Transaction transaction(m_database);
    const QList<ProposalId> unasked = m_table.unasked();
    for (const ProposalId id : unasked)
        ask(id);
    transaction.commit();
    return static_cast<int>(unasked.size());
}

bool Approvals::isAnyDue()
{
    return !m_table.unanswered(m_auditor.clock().now()).isEmpty()
        || (isRequiredOfAll() && !m_table.unasked().isEmpty());
}

int Approvals::refuseUnanswered()
{
    const QDateTime now = m_auditor.clock().now();
    if (m_table.unanswered(now).isEmpty())
        return 0;
    Transaction transaction(m_database);
    const QList<ProposalId> unanswered = m_table.unanswered(now);
    for (const ProposalId id : unanswered) {
        Approval approval = m_table.find(id).value_or(Approval());
        approval.proposal = id;
        approval.decision = Approval::Decision::Expired;
        approval.by = Actor::kSystem;
        approval.decidedAt = now;
        approval.reason = QStringLiteral("nobody approved it in time");
        m_table.decide(approval);
        cancel(id, approval, approval.reason, Actor::kSystem);
    }
    transaction.commit();
    return static_cast<int>(unanswered.size());
}

void Approvals::cancel(ProposalId id, const Approval &approval, const QString &reason, const QString &actor)
{
    m_statements.setStatus(id, ActionStatus::Cancelled, QStringLiteral("cancelled_at"), {},
                           m_auditor.tables().format(approval.decidedAt));
    m_auditor.logCancelled(id, reason, actor);
}

void Approvals::log(ProposalId id, const QString &type, const QString &actor, const QJsonObject &data)
{
    AuditEvent event;
    event.proposalId = id;
    event.eventType = type;
    event.actor = actor;
    event.eventData = QString::fromUtf8(QJsonDocument(data).toJson(QJsonDocument::Compact));
    m_auditor.logEvent(event);
}

void Approvals::mirror(const Approval &approval)
{
    const QStringList &present = m_auditor.tables().proposalColumns;
    const QString at = m_auditor.tables().format(approval.decidedAt);
    Assignments row;
    if (approval.decision == Approval::Decision::Approved) {
        row.add(present, QStringLiteral("approved_at"), at);
        row.add(present, QStringLiteral("approved_by"), approval.by);
        row.add(present, QStringLiteral("approval_token"), approval.token);
    } else {
        row.add(present, QStringLiteral("rejected_at"), at);
        row.add(present, QStringLiteral("rejected_by"), approval.by);
        row.add(present, QStringLiteral("rejection_reason"), approval.reason);
    }
    if (!row.columns.isEmpty())
        m_database.run(QStringLiteral("UPDATE action_proposals SET ") + row.asSet() + QStringLiteral(" WHERE id = ?"),
                       row.values + QVariantList{approval.proposal.value});
}

QString Approvals::complaint(const std::optional<Approval> &approval, const QString &token)
{
    if (!approval)
        return QStringLiteral("nobody was asked; propose it again");
    switch (approval->decision) {
    case Approval::Decision::Waiting:
        return QStringLiteral("nobody has answered yet");
    case Approval::Decision::Rejected:
        return QStringLiteral("%1 said no").arg(approval->by);
    case Approval::Decision::Expired:
        return approval->reason.isEmpty() ? QStringLiteral("nobody answered in time") : approval->reason;
    case Approval::Decision::Approved:
        break;
    }
    if (token.isEmpty())
        return QStringLiteral("no token was given");
    if (token != approval->token)
        return QStringLiteral("the token belongs to another action");
    if (approval->isUsed)
        return QStringLiteral("the token was used already");
    if (approval->expiresAt <= m_auditor.clock().now())
        return QStringLiteral("the approval expired at %1").arg(formatTimestamp(approval->expiresAt));
    if (approval->epoch != SafetyStateTable(m_database).read().epoch)
        return QStringLiteral("the approval is from before a stop or a change of mode");
    return {};
}

void Approvals::require(ProposalId id, const QString &token)
{
    const std::optional<Approval> approval = m_table.find(id);
    if (!approval && !isRequiredOfAll())
        return;
    const QString why = complaint(approval, token);
    if (!why.isEmpty())
        throw ApprovalError(ApprovalError::prefix() + QStringLiteral(": %1.").arg(why));
}

void Approvals::recordRefusal(ProposalId id, const QString &why)
{
    log(id, EventType::kApprovalRefused, Actor::kSystem,
        {{QStringLiteral("reason"), why}, {QStringLiteral("by"), m_auditor.by()}});
}

} // namespace andon
