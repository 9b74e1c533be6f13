// SPDX-License-Identifier: Apache-2.0
#include "core/actions/ActionRecords.h"

#include "core/actions/Assignments.h"
#include "core/audit/ActionAuditor.h"
#include "core/storage/Database.h"

namespace andon {

void ActionRecords::start(ProposalId id)
{
    const QStringList &present = m_auditor.tables().recordColumns;
    const QString now = m_auditor.tables().format(m_auditor.clock().now());
    Assignments row;
    row.add(present, QStringLiteral("proposal_id"), id.value);
    row.add(present, QStringLiteral("started_at"), now);
    row.add(present, QStringLiteral("created_at"), now);
    m_database.change(QStringLiteral("INSERT INTO action_records") + row.asInsert(), row.values);
}

std::optional<qint64> ActionRecords::end(ProposalId id, bool success, const QString &error, const QString &result)
{
    const AgentTables &tables = m_auditor.tables();
    const QDateTime now = m_auditor.clock().now();
    const QVariant record = m_database.scalar(
        QStringLiteral("SELECT max(id) FROM action_records WHERE proposal_id = ?"), {id.value});
    std::optional<qint64> durationMs;
    if (!record.isNull() && tables.recordColumns.contains(u"started_at")) {
        const QString startedAt = m_database
                                      .scalar(QStringLiteral("SELECT started_at FROM action_records WHERE id = ?"),
                                              {record})
                                      .toString();
        const QDateTime started = parseTimestamp(startedAt, tables.timestamps).moment;
        if (started.isValid())
            durationMs = started.msecsTo(now);
    }
    Assignments row;
    row.add(tables.recordColumns, QStringLiteral("completed_at"), tables.format(now));
    row.add(tables.recordColumns, QStringLiteral("success"), success);
    row.add(tables.recordColumns, QStringLiteral("error_message"), error.isEmpty() ? QString() : error);
    row.add(tables.recordColumns, QStringLiteral("result_data"), result);
    if (record.isNull()) {
        row.add(tables.recordColumns, QStringLiteral("proposal_id"), id.value);
        m_database.change(QStringLiteral("INSERT INTO action_records") + row.asInsert(), row.values);
    } else if (!row.columns.isEmpty()) {
        m_database.change(QStringLiteral("UPDATE action_records SET ") + row.asSet() + QStringLiteral(" WHERE id = ?"),
                          row.values + QVariantList{record});
    }
    return durationMs;
}

} // namespace andon
