// SPDX-License-Identifier: Apache-2.0
#include "core/actions/ProposalReader.h"

#include "core/Error.h"
#include "core/storage/AgentTables.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

namespace andon {

namespace {

const QString kPending = QStringLiteral("status IN ('proposed', 'validated')");

} // namespace

QString ProposalReader::statusOf(ProposalId id)
{
    QString status;
    bool isThere = false;
    // In a transaction whoever asks decides by the answer: it stays true until the end.
    const QString lock = m_database.isInTransaction() ? m_database.rowLock() : QString();
    m_database.visit(QStringLiteral("SELECT status FROM action_proposals WHERE id = ?") + lock, {id.value},
                     [&](const StoredRow &row) {
                         const std::string_view text = row.text(0);
                         status = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
                         isThere = true;
                         return true;
                     });
    if (!isThere)
        throw NotFoundError(QStringLiteral("There is no action %1.").arg(id.toString()));
    return status;
}

ProposalId ProposalReader::newest()
{
    return ProposalId(m_database.scalar(QStringLiteral("SELECT max(id) FROM action_proposals")).toLongLong());
}

QString ProposalReader::selectClause()
{
    if (!m_selectClause.isEmpty())
        return m_selectClause;
    const AgentTables &tables = m_tables;
    QStringList columns;
    // A database that may only be read and was made by an agent or an earlier Andon has no such tables.
    const bool hasOwn = Catalog(m_database).hasTable(QStringLiteral("andon_approval"));
    for (const QString &column :
         {QStringLiteral("id"), QStringLiteral("action_name"), QStringLiteral("action_type"),
          QStringLiteral("parameters"), QStringLiteral("reason"), QStringLiteral("status"),
          QStringLiteral("requester_id"), QStringLiteral("agent_id"), QStringLiteral("last_error"),
          QStringLiteral("proposed_at"), QStringLiteral("validated_at"), QStringLiteral("version")})
        columns << (tables.proposalColumns.contains(column) ? column : QStringLiteral("NULL"));
    columns << (tables.recordColumns.contains(u"started_at") ? QStringLiteral(
                    "(SELECT started_at FROM action_records r WHERE r.proposal_id = action_proposals.id "
                    "ORDER BY r.id DESC LIMIT 1)")
                                                             : QStringLiteral("NULL"));
    for (const QString &column :
         {QStringLiteral("decision"), QStringLiteral("expires_at"), QStringLiteral("used_at IS NOT NULL"),
          QStringLiteral("epoch"), QStringLiteral("decided_by")})
        columns << (hasOwn ? QStringLiteral("(SELECT %1 FROM andon_approval a WHERE a.proposal_id = "
                                            "action_proposals.id)")
                                 .arg(column)
                           : QStringLiteral("NULL"));
    for (const QString &column : {QStringLiteral("host"), QStringLiteral("pid")})
        columns << (hasOwn ? QStringLiteral("(SELECT %1 FROM andon_agent g WHERE g.proposal_id = action_proposals.id "
                                            "AND g.ended_at IS NULL ORDER BY g.id DESC LIMIT 1)")
                                 .arg(column)
                           : QStringLiteral("NULL"));
    m_selectClause = QStringLiteral("SELECT ") + columns.join(QStringLiteral(", "))
        + QStringLiteral(" FROM action_proposals");
    return m_selectClause;
}

ActionProposal ProposalReader::readRow(const Statement &row) const
{
    const TimestampStyle style = m_tables.timestamps;
    ActionProposal proposal;
    proposal.id = ProposalId(row.integer(0));
    proposal.actionName = row.text(1);
    proposal.actionType = row.text(2);
    proposal.parameters = row.text(3);
    proposal.reason = row.text(4);
    proposal.statusText = row.text(5);
    proposal.status = actionStatusFromString(proposal.statusText);
    proposal.requesterId = row.text(6);
    proposal.agentId = row.text(7);
    proposal.lastError = row.text(8);
    proposal.proposedAt = parseTimestamp(row.text(9), style).moment;
    proposal.validatedAt = parseTimestamp(row.text(10), style).moment;
    proposal.version = row.integer(11);
    proposal.startedAt = parseTimestamp(row.text(12), style).moment;
    if (!row.isNull(13)) {
        Approval approval;
        approval.proposal = proposal.id;
        approval.decision = approvalDecisionFromString(row.text(13));
        approval.expiresAt = parseTimestamp(row.text(14)).moment;
        approval.isUsed = row.integer(15) != 0;
        approval.epoch = Epoch(row.integer(16));
        approval.by = row.text(17);
        proposal.approval = approval;
    }
    proposal.guardHost = row.text(18);
    proposal.guardedPid = row.integer(19);
    return proposal;
}

ActionProposal ProposalReader::get(ProposalId id)
{
    Statement row = m_database.run(selectClause() + QStringLiteral(" WHERE id = ?"), {id.value});
    if (!row.next())
        throw NotFoundError(QStringLiteral("There is no action %1.").arg(id.toString()));
    return readRow(row);
}

QList<ActionProposal> ProposalReader::list(const QList<ActionStatus> &statuses, int limit, ProposalId before)
{
    QStringList conditions;
    QVariantList values;
    if (!statuses.isEmpty()) {
        // Literals from our own enumeration, not marks: a partial index is used for literals only.
        QStringList names;
        for (const ActionStatus status : statuses)
            names << u'\'' + toString(status) + u'\'';
        conditions << (names.size() == 1 ? QStringLiteral("status = ") + names.first()
                                         : QStringLiteral("status IN (") + names.join(QStringLiteral(", ")) + u')');
    }
    if (before.isValid()) {
        conditions << QStringLiteral("id < ?");
        values << before.value;
    }
    QString sql = selectClause();
    if (!conditions.isEmpty())
        sql += QStringLiteral(" WHERE ") + conditions.join(QStringLiteral(" AND "));
    Statement rows = m_database.run(sql + QStringLiteral(" ORDER BY id DESC LIMIT ?"), values + QVariantList{limit});
    QList<ActionProposal> proposals;
    while (rows.next())
        proposals << readRow(rows);
    return proposals;
}

qint64 ProposalReader::countPending()
{
    return m_database.scalar(QStringLiteral("SELECT count(*) FROM action_proposals WHERE ") + kPending).toLongLong();
}

qint64 ProposalReader::countExecuting()
{
    return m_database.scalar(QStringLiteral("SELECT count(*) FROM action_proposals WHERE status = 'executing'"))
        .toLongLong();
}

ProposalReader::Condition ProposalReader::within(const StopScope &scope) const
{
    switch (scope.kind) {
    case StopScope::Kind::Everything:
        break;
    case StopScope::Kind::Action:
        return {QStringLiteral(" AND action_name = ?"), {scope.target}};
    case StopScope::Kind::Agent:
        if (!m_tables.proposalColumns.contains(u"agent_id"))
            return {QStringLiteral(" AND 0"), {}}; // such a table does not say whose an action is
        return {QStringLiteral(" AND agent_id = ?"), {scope.target}};
    }
    return {};
}

qint64 ProposalReader::countExecuting(const StopScope &scope)
{
    const Condition condition = within(scope);
    return m_database
        .scalar(QStringLiteral("SELECT count(*) FROM action_proposals WHERE status = 'executing'") + condition.sql,
                condition.values)
        .toLongLong();
}

ActionIdentity ProposalReader::identityOf(ProposalId id)
{
    const bool hasAgent = m_tables.proposalColumns.contains(u"agent_id");
    Statement row = m_database.run(QStringLiteral("SELECT action_name, %1 FROM action_proposals WHERE id = ?")
                                       .arg(hasAgent ? QStringLiteral("agent_id") : QStringLiteral("NULL")),
                                   {id.value});
    if (!row.next())
        throw NotFoundError(QStringLiteral("There is no action %1.").arg(id.toString()));
    return {row.text(1), row.text(0)};
}

} // namespace andon
