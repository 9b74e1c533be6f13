// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/AuditRowVisitor.h"

#include "core/audit/AuditRow.h"
#include "core/audit/query/SliceSource.h"
#include "core/storage/Database.h"

#include <QDeadlineTimer>

namespace andon {

namespace {

/// Of one statement. Who is asked this often hears within 50 ms also on a machine that is several times slower.
constexpr std::chrono::milliseconds kLongest{3};
/// So many rows are heard before the clock is looked at once more.
constexpr qint64 kRowsPerLook = 16;

} // namespace

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
    slices.aimAt(kLongest);
    while (const std::optional<IdRange> slice = slices.next()) {
        if (!visitSlice(slices, *slice, ids, hearing) || !slices.finish())
            return false;
    }
    return !slices.isCancelled();
}

bool AuditRowVisitor::visitSlice(AuditSlices &slices, IdRange slice, IdRange all, const Hearing &hearing)
{
    while (!slice.isEmpty()) {
        qint64 last = slice.high;
        SliceSource source = SliceSource::of(m_query, slice, m_database.engine());
        const QString sql = QStringLiteral("SELECT ") + AuditRow::kColumns
            + QStringLiteral(" FROM action_audit_log WHERE ") + source.condition + QStringLiteral(" ORDER BY ")
            + source.order + QStringLiteral(" LIMIT ?");
        source.values << m_batch.limit();
        m_batch.begin();
        const QDeadlineTimer end(kLongest, Qt::PreciseTimer);
        qint64 heard = 0;
        m_database.visit(sql, source.values, [&](const StoredRow &row) {
            const bool wantsMore = hearing.row(row) && (++heard % kRowsPerLook != 0 || !end.hasExpired());
            if (m_batch.add(wantsMore))
                return true;
            last = row.integer(0);
            return false;
        });
        slice.low = last + 1;
        if (slice.isEmpty())
            break;
        QElapsedTimer between;
        between.start();
        if (!hearing.between(last - all.low + 1, all.high - all.low + 1))
            return false;
        slices.leaveOut(std::chrono::nanoseconds(between.nsecsElapsed()));
    }
    return true;
}

} // namespace andon
