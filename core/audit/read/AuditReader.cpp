// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/AuditReader.h"

#include "core/Error.h"
#include "core/audit/AuditRow.h"
#include "core/audit/query/SliceSource.h"
#include "core/audit/read/AuditSlices.h"
#include "core/audit/read/EventLocator.h"
#include "core/audit/read/PlannerSettings.h"
#include "core/audit/read/ScanFindings.h"
#include "core/audit/read/SortedPages.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

#include <algorithm>
#include <limits>

namespace andon {

namespace {

using Direction = AuditPageRequest::Direction;

/// SQLite joins no more than 500 searches in one statement (sqlite.org/limits.html).
constexpr qsizetype kMostLeads = 200;

QSet<QString> indexedColumns(Database &database)
{
    const QStringList columns = Catalog(database).indexedColumns(QStringLiteral("action_audit_log"));
    return {columns.cbegin(), columns.cend()};
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
        SliceSource source = SliceSource::of(m_query, slice, m_database.engine());
        const QString sql = QStringLiteral("SELECT ") + AuditRow::kColumns
            + QStringLiteral(" FROM action_audit_log WHERE ") + source.condition + QStringLiteral(" ORDER BY ")
            + source.order + (m_isOlder ? QStringLiteral(" DESC") : QStringLiteral(" ASC"))
            + QStringLiteral(" LIMIT ?");
        // One more than fits tells whether the slice has more.
        source.values << m_limit - m_events.size() + 1;
        Statement rows = m_database.run(sql, source.values);
        while (rows.next()) {
            if (isFull() || m_bytes >= AuditPage::kMaxBytes)
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
    PlannerSettings::apply(database);
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
    AuditQuery query = AuditQuery::compile(filter, m_tables.timestamps, m_database.engine());
    if (!query.lead.column.isEmpty()
        && (!m_indexedColumns.contains(query.lead.column) || query.lead.values.size() > kMostLeads)) {
        query.isIndexed = false;
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
    if (request.includesFrom && request.direction == Direction::Older)
        ids.high = std::min(ids.high, request.from.value);
    else if (request.includesFrom)
        ids.low = std::max(ids.low, request.from.value);
    else if (request.direction == Direction::Older)
        ids.high = std::min(ids.high, request.from.value - 1);
    else if (request.from.value == std::numeric_limits<qint64>::max())
        return {};
    else
        ids.low = std::max(ids.low, request.from.value + 1);
    return ids;
}

AuditPage AuditReader::page(const AuditPageRequest &request, const Progress &progress)
{
    if (request.order.by == AuditOrder::By::Log && request.order.isAscending) {
        AuditPageRequest upsideDown = request;
        upsideDown.direction = request.direction == Direction::Older ? Direction::Newer : Direction::Older;
        AuditPage page = pageByLog(upsideDown, progress);
        std::reverse(page.events.begin(), page.events.end());
        return page;
    }
    if (request.order.by == AuditOrder::By::Log)
        return pageByLog(request, progress);
    if (!canSortBy(request.order.by))
        throw InvalidInputError(QStringLiteral("This log has no index on %1, so it cannot be listed in that order. "
                                               "Open it for writing once, then Andon makes one.")
                                    .arg(SortedPages::columnOf(request.order.by)));
    return SortedPages(m_database, compile(request.filter), m_tables.timestamps).page(request, progress);
}

QList<AuditAnchor> AuditReader::anchors(const AuditOrder &order, qint64 distance,
                                        const std::function<bool()> &keepGoing)
{
    return SortedPages(m_database, {}, m_tables.timestamps).anchors(order, distance, [&keepGoing](qint64, qint64) {
        return keepGoing();
    });
}

EventId AuditReader::locate(const QString &typed, const QDateTime &now)
{
    return EventLocator(m_database, m_tables.timestamps).locate(typed, now);
}

bool AuditReader::canSortBy(AuditOrder::By by) const
{
    const QString column = SortedPages::columnOf(by);
    return column.isEmpty() || m_indexedColumns.contains(column);
}

AuditPage AuditReader::pageByLog(const AuditPageRequest &request, const Progress &progress)
{
    AuditPage page;
    page.through = request.from;
    if (request.limit <= 0)
        return page;
    const AuditQuery query = compile(request.filter);
    IdRange ids = idsOf(request);
    const bool isScanned = !query.isIndexed && request.findings;
    if (isScanned && request.direction == Direction::Older) {
        // Who reads on from what was scanned stops where the scan is; who has jumped beyond reads by himself.
        const IdRange covered = request.findings->covered();
        if (covered.isEmpty() && !request.from.isValid()) {
            ids = {};
            page.awaitsScan = !request.findings->summary().isWhole;
        } else if (ids.high >= covered.low - 1 && ids.low < covered.low) {
            ids.low = covered.low;
            page.awaitsScan = true;
        }
    }
    AuditSlices slices(m_database, query, request.direction, ids, progress);
    if (isScanned)
        slices.skipBy(request.findings.get());
    PageFiller filler(m_database, query, request, m_tables.timestamps);
    bool hasMore = false;
    while (const std::optional<IdRange> slice = slices.next()) {
        hasMore = !filler.add(*slice);
        if (hasMore || filler.isFull() || !slices.finish())
            break;
    }
    page.reachedEnd = !hasMore && slices.atEnd() && !page.awaitsScan;
    const bool endsAtEvent = hasMore || filler.isFull();
    if (endsAtEvent)
        page.through = filler.last();
    else if (slices.position() > 0)
        page.through = EventId(slices.position());
    page.awaitsScan = page.awaitsScan && !endsAtEvent && slices.atEnd();
    page.events = filler.takeNewestFirst();
    return page;
}

} // namespace andon
