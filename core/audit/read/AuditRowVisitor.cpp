// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/AuditRowVisitor.h"

#include "core/audit/AuditRow.h"
#include "core/audit/query/SliceSource.h"
#include "core/storage/Database.h"

namespace andon {

AuditRowVisitor::AuditRowVisitor(Database &database, const AuditQuery &query)
    : m_database(database)
    , m_query(query)
    , m_batch(database.engine())
{
}

bool AuditRowVisitor::visit(IdRange ids, const Hearing &hearing)
{
    AuditSlices slices(m_database, m_query, AuditSlices::Direction::Newer, ids, hearing.between);
    slices.readsAll();
    while (const std::optional<IdRange> slice = slices.next()) {
        if (!visitSlice(*slice, ids, hearing) || !slices.finish())
            return false;
    }
    return !slices.isCancelled();
}

bool AuditRowVisitor::visitSlice(IdRange slice, IdRange all, const Hearing &hearing)
{
    while (!slice.isEmpty()) {
        qint64 last = slice.high;
        SliceSource source = SliceSource::of(m_query, slice, m_database.engine());
        const QString sql = QStringLiteral("SELECT ") + AuditRow::kColumns
            + QStringLiteral(" FROM action_audit_log WHERE ") + source.condition + QStringLiteral(" ORDER BY ")
            + source.order + QStringLiteral(" LIMIT ?");
        source.values << m_batch.limit();
        m_batch.begin();
        m_database.visit(sql, source.values, [&](const StoredRow &row) {
            const bool isHeard = hearing.row(row);
            if (m_batch.add(isHeard))
                return true;
            last = row.integer(0);
            return false;
        });
        slice.low = last + 1;
        const bool goesOn = slice.isEmpty() || hearing.between(last - all.low + 1, all.high - all.low + 1);
        if (!goesOn)
            return false;
    }
    return true;
}

} // namespace andon
