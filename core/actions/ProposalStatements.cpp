// SPDX-License-Identifier: Apache-2.0
#include "core/actions/ProposalStatements.h"

#include "core/storage/AgentTables.h"
#include "core/storage/Database.h"

namespace andon {

namespace {

QVariantList pick(const QVariantList &values, const QList<qsizetype> &taken)
{
    QVariantList picked;
    picked.reserve(taken.size() + 1);
    for (const qsizetype index : taken)
        picked << values.at(index);
    return picked;
}

} // namespace

ProposalStatements::ProposalStatements(Database &database, const AgentTables &tables)
    : m_database(database)
    , m_tables(tables)
{
}

ProposalStatements::Made ProposalStatements::makeInsert(bool hasAgent, bool hasTicket) const
{
    const QStringList wanted = {
        QStringLiteral("action_name"),
        QStringLiteral("action_type"),
        QStringLiteral("parameters"),
        QStringLiteral("reason"),
        QStringLiteral("status"),
        QStringLiteral("proposed_at"),
        QStringLiteral("proposed_by"),
        QStringLiteral("requester_id"),
        QStringLiteral("requester_type"),
        hasAgent ? QStringLiteral("agent_id") : QString(),
        hasTicket ? QStringLiteral("ticket_id") : QString(),
        QStringLiteral("created_at"),
        QStringLiteral("updated_at"),
    };
    Made made;
    QStringList columns;
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        if (m_tables.proposalColumns.contains(wanted.at(i))) {
            columns << wanted.at(i);
            made.taken << i;
        }
    }
    const QStringList marks(columns.size(), QStringLiteral("?"));
    made.sql = QStringLiteral("INSERT INTO action_proposals(") + columns.join(u',') + QStringLiteral(") VALUES(")
        + marks.join(u',') + u')';
    return made;
}

ProposalId ProposalStatements::insert(const ActionRequest &request, const QString &parameters, const QString &now)
{
    const bool hasAgent = !request.agentId.isEmpty();
    const bool hasTicket = !request.ticketId.isEmpty();
    static const QStringList variants{QStringLiteral("insert"), QStringLiteral("insert agent"),
                                      QStringLiteral("insert ticket"), QStringLiteral("insert agent and ticket")};
    Made &made = m_made[variants.at((hasAgent ? 1 : 0) + (hasTicket ? 2 : 0))];
    if (made.sql.isEmpty())
        made = makeInsert(hasAgent, hasTicket);
    const QVariantList values = {request.actionName,
                                 request.actionType,
                                 parameters,
                                 request.reason,
                                 toString(ActionStatus::Proposed),
                                 now,
                                 request.proposedBy,
                                 request.requesterId,
                                 request.requesterType,
                                 request.agentId,
                                 request.ticketId,
                                 now,
                                 now};
    return ProposalId(m_database.insert(made.sql, pick(values, made.taken)));
}

ProposalStatements::Made ProposalStatements::makeUpdate(const QString &timeColumn, bool hasError) const
{
    const QStringList wanted = {QStringLiteral("status"), timeColumn,
                                hasError ? QStringLiteral("last_error") : QString(), QStringLiteral("updated_at")};
    Made made;
    QStringList assignments;
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        if (m_tables.proposalColumns.contains(wanted.at(i))) {
            assignments << wanted.at(i) + QStringLiteral(" = ?");
            made.taken << i;
        }
    }
    if (m_tables.proposalColumns.contains(u"version"))
        assignments << QStringLiteral("version = version + 1");
    made.sql = QStringLiteral("UPDATE action_proposals SET ") + assignments.join(QStringLiteral(", "))
        + QStringLiteral(" WHERE id = ?");
    return made;
}

void ProposalStatements::setStatus(ProposalId id, ActionStatus status, const QString &timeColumn, const QString &error,
                                   const QString &now)
{
    Made &made = m_made[error.isEmpty() ? timeColumn : timeColumn + u'!'];
    if (made.sql.isEmpty())
        made = makeUpdate(timeColumn, !error.isEmpty());
    QVariantList values = pick({toString(status), now, error, now}, made.taken);
    values << id.value;
    m_database.change(made.sql, values);
}

} // namespace andon
