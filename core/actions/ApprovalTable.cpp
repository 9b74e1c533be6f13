// SPDX-License-Identifier: Apache-2.0
#include "core/actions/ApprovalTable.h"

#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

namespace andon {

QString toString(Approval::Decision decision)
{
    switch (decision) {
    case Approval::Decision::Waiting:
        return QStringLiteral("waiting");
    case Approval::Decision::Approved:
        return QStringLiteral("approved");
    case Approval::Decision::Rejected:
        return QStringLiteral("rejected");
    case Approval::Decision::Expired:
        break;
    }
    return QStringLiteral("expired");
}

Approval::Decision approvalDecisionFromString(const QString &text)
{
    for (const auto decision :
         {Approval::Decision::Waiting, Approval::Decision::Approved, Approval::Decision::Rejected}) {
        if (text == toString(decision))
            return decision;
    }
    return Approval::Decision::Expired;
}

void ApprovalTable::ask(ProposalId proposal, const QDateTime &now, const QDateTime &expiresAt)
{
    m_database.run(QStringLiteral("INSERT INTO andon_approval(proposal_id, requested_at, expires_at) VALUES(?, ?, ?) "
                                  "ON CONFLICT(proposal_id) DO NOTHING"),
                   {proposal.value, formatTimestamp(now), formatTimestamp(expiresAt)});
}

void ApprovalTable::decide(const Approval &approval)
{
    m_database.run(QStringLiteral("UPDATE andon_approval SET decision = ?, decided_by = ?, decided_at = ?, reason = ?, "
                                  "token = ?, epoch = ?, expires_at = ? WHERE proposal_id = ?"),
                   {toString(approval.decision), approval.by, formatTimestamp(approval.decidedAt), approval.reason,
                    approval.token.isEmpty() ? QVariant(QMetaType::fromType<QString>()) : QVariant(approval.token),
                    approval.epoch.value, formatTimestamp(approval.expiresAt), approval.proposal.value});
}

std::optional<Approval> ApprovalTable::find(ProposalId proposal)
{
    Statement row = m_database.run(
        QStringLiteral("SELECT decision, requested_at, expires_at, decided_by, decided_at, reason, token, epoch, "
                       "used_at IS NOT NULL FROM andon_approval WHERE proposal_id = ?"),
        {proposal.value});
    if (!row.next())
        return std::nullopt;
    Approval approval;
    approval.proposal = proposal;
    approval.decision = approvalDecisionFromString(row.text(0));
    approval.requestedAt = parseTimestamp(row.text(1)).moment;
    approval.expiresAt = parseTimestamp(row.text(2)).moment;
    approval.by = row.text(3);
    approval.decidedAt = parseTimestamp(row.text(4)).moment;
    approval.reason = row.text(5);
    approval.token = row.text(6);
    approval.epoch = Epoch(row.integer(7));
    approval.isUsed = row.integer(8) != 0;
    return approval;
}

QList<ProposalId> ApprovalTable::select(const QString &sql, const QVariantList &values)
{
    QList<ProposalId> proposals;
    Statement rows = m_database.run(sql, values);
    while (rows.next())
        proposals << ProposalId(rows.integer(0));
    return proposals;
}

QList<ProposalId> ApprovalTable::unanswered(const QDateTime &now)
{
    return select(QStringLiteral("SELECT a.proposal_id FROM andon_approval a "
                                 "JOIN action_proposals p ON p.id = a.proposal_id "
                                 "WHERE a.decision = 'waiting' AND a.expires_at <= ? "
                                 "AND p.status IN ('proposed', 'validated') ORDER BY a.proposal_id LIMIT 1000"),
                  {formatTimestamp(now)});
}

QList<ProposalId> ApprovalTable::unasked()
{
    return select(QStringLiteral("SELECT id FROM action_proposals WHERE status IN ('proposed', 'validated') "
                                 "AND NOT EXISTS (SELECT 1 FROM andon_approval WHERE proposal_id = id) "
                                 "ORDER BY id LIMIT 1000"),
                  {});
}

} // namespace andon
