// SPDX-License-Identifier: Apache-2.0
#include "core/audit/AuditReader.h"

#include "core/audit/AuditRow.h"
#include "core/audit/AuditSlices.h"
#include "core/storage/Database.h"

#include <algorithm>
#include <limits>

namespace andon {

namespace {

using Direction = AuditPageRequest::Direction;

/// A page ends early once the data of its events takes this much memory.
constexpr qint64 kPageBytes = 32 * 1024 * 1024;

QSet<QString> indexedColumns(Database &database)
{
    QSet<QString> columns;
    Statement rows = database.run(QStringLiteral(
        "SELECT info.name FROM pragma_index_list('action_audit_log') AS list, pragma_index_info(list.name) AS info "
        "WHERE info.seqno = 0 AND list.partial = 0"));
    while (rows.next())
        columns.insert(rows.text(0));
    return columns;
}

/// Which rows of a slice to read: a subquery of the lead's entries in it, or the slice itself.
struct SliceSource
{
    QString ids; ///< a query of the lead's ids; empty without a lead
    QString condition;
    QVariantList values;
};

SliceSource sourceOf(const AuditQuery &query, IdRange slice)
{
    SliceSource source;
    if (query.lead.column.isEmpty()) {
        source.condition = QStringLiteral("id >= ? AND id <= ?");
        source.values = {slice.low, slice.high};
    } else {
        // One search a value, and not IN: for that, SQLite may walk all ids of the slice instead.
        QStringList searches;
        for (const QVariant &value : query.lead.values) {
            searches << QStringLiteral("SELECT id FROM action_audit_log WHERE ") + query.lead.column
                    + QStringLiteral(" = ? AND id >= ? AND id <= ?");
            source.values << value << slice.low << slice.high;
        }
        source.ids = searches.join(QStringLiteral(" UNION ALL "));
        source.condition = QStringLiteral("id IN (") + source.ids + u')';
    }
    if (!query.rest.isEmpty()) {
        source.condition += QStringLiteral(" AND ") + query.rest;
        source.values += query.restValues;
    }
    return source;
}

qint64 countSlice(Database &database, const AuditQuery &query, IdRange slice)
{
    const SliceSource source = sourceOf(query, slice);
    // Without further terms the index alone has the answer.
    const QString from = !source.ids.isEmpty() && query.rest.isEmpty()
        ? u'(' + source.ids + u')'
        : QStringLiteral("action_audit_log WHERE ") + source.condition;
    return database.scalar(QStringLiteral("SELECT count(*) FROM ") + from, source.values).toLongLong();
}

/// Gathers the events of one page.
class PageFiller
{
public:
    PageFiller(Database &database, const AuditQuery &query, const AuditPageRequest &request, TimestampStyle style)
        : m_database(database)
        , m_query(query)
        , m_isOlder(request.direction == Direction::Older)
        , m_limit(request.limit)
        , m_style(style)
    {
    }

    /// Adds what a slice has. False where the page is full and the slice has, or may have, more.
    bool add(IdRange slice)
    {
        SliceSource source = sourceOf(m_query, slice);
        const QString sql = QStringLiteral("SELECT ") + AuditRow::kColumns
            + QStringLiteral(" FROM action_audit_log WHERE ") + source.condition + QStringLiteral(" ORDER BY id ")
            + (m_isOlder ? QStringLiteral("DESC") : QStringLiteral("ASC")) + QStringLiteral(" LIMIT ?");
        // One more than fits tells whether the slice has more.
        source.values << m_limit - m_events.size() + 1;
        Statement rows = m_database.run(sql, source.values);
        while (rows.next()) {
            if (isFull() || m_bytes >= kPageBytes)
                return false;
            m_events << AuditRow::read(rows, m_style);
            m_bytes += m_events.constLast().eventData.size() * qint64(sizeof(QChar));
        }
        return true;
    }

    [[nodiscard]] bool isFull() const { return m_events.size() >= m_limit; }
    [[nodiscard]] bool isEmpty() const { return m_events.isEmpty(); }
    /// The last event in the direction of reading.
    [[nodiscard]] EventId last() const { return m_events.constLast().id.value_or(EventId()); }

    [[nodiscard]] QList<AuditEvent> takeNewestFirst()
    {
        if (!m_isOlder)
            std::reverse(m_events.begin(), m_events.end());
        return std::move(m_events);
    }

private:
    Database &m_database;
    const AuditQuery &m_query;
    bool m_isOlder;
    qint64 m_limit;
    TimestampStyle m_style;
    QList<AuditEvent> m_events;
    qint64 m_bytes = 0;
};

} // namespace

AuditReader::AuditReader(Database &database)
    : m_database(database)
    , m_tables(AgentTables::read(database))
    , m_indexedColumns(indexedColumns(database))
{
}

QString AuditReader::databasePath() const
{
    return m_database.location().path;
}

AuditExtent AuditReader::extent()
{
    Statement row = m_database.run(QStringLiteral("SELECT (SELECT min(id) FROM action_audit_log WHERE id > 0), "
                                                  "(SELECT max(id) FROM action_audit_log WHERE id > 0)"));
    if (!row.next())
        return {};
    return {EventId(row.integer(0)), EventId(row.integer(1))};
}

AuditQuery AuditReader::compile(const AuditFilter &filter) const
{
    AuditQuery query = AuditQuery::compile(filter, m_tables.timestamps);
    if (!m_indexedColumns.contains(query.lead.column)) {
        query.lead = {};
        query.rest = query.condition;
        query.restValues = query.values;
    }
    if (!m_indexedColumns.contains(QStringLiteral("timestamp")))
        query.times = {};
    return query;
}

IdRange AuditReader::idsOf(const AuditPageRequest &request)
{
    const AuditExtent all = extent();
    if (!all.newest.isValid())
        return {};
    IdRange ids{all.oldest.value, all.newest.value};
    if (!request.from.isValid())
        return ids;
    if (request.direction == Direction::Older)
        ids.high = std::min(ids.high, request.from.value - 1);
    else if (request.from.value == std::numeric_limits<qint64>::max())
        return {};
    else
        ids.low = std::max(ids.low, request.from.value + 1);
    return ids;
}

AuditPage AuditReader::page(const AuditPageRequest &request, const Progress &progress)
{
    AuditPage page;
    page.through = request.from;
    if (request.limit <= 0)
        return page;
    const AuditQuery query = compile(request.filter);
    AuditSlices slices(m_database, query, request.direction, idsOf(request), progress);
    PageFiller filler(m_database, query, request, m_tables.timestamps);
    bool hasMore = false;
    while (const std::optional<IdRange> slice = slices.next()) {
        hasMore = !filler.add(*slice);
        if (hasMore || filler.isFull() || !slices.finish())
            break;
    }
    page.reachedEnd = !hasMore && slices.atEnd();
    const bool endsAtEvent = hasMore || filler.isFull();
    if (endsAtEvent)
        page.through = filler.last();
    else if (slices.position() > 0)
        page.through = EventId(slices.position());
    page.events = filler.takeNewestFirst();
    return page;
}

qint64 AuditReader::count(const AuditFilter &filter, const std::function<bool(qint64 found)> &found)
{
    qint64 number = 0;
    const Progress progress = [&](qint64, qint64) { return !found || found(number); };
    const AuditQuery query = compile(filter);
    AuditSlices slices(m_database, query, Direction::Older, idsOf({}), progress);
    slices.readsAll();
    while (const std::optional<IdRange> slice = slices.next()) {
        number += countSlice(m_database, query, *slice);
        if (!slices.finish())
            break;
    }
    return number;
}

} // namespace andon
