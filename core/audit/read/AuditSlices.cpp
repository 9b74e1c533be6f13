// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/AuditSlices.h"

#include "core/audit/read/ScanFindings.h"
#include "core/storage/Database.h"

#include <QStringList>

#include <algorithm>

namespace andon {

namespace {

constexpr qint64 kFirstRows = 5000;
constexpr qint64 kFirstEntries = 1000;
constexpr qint64 kLeastRowsOfAServer = 256; // below, the way there takes longer than the rows
constexpr qint64 kMostRows = 65'536;        // so that a sudden stretch of large rows is not read in one go
constexpr std::chrono::milliseconds kLongest{10};
constexpr qint64 kPatience = 20'000;

} // namespace

AuditSlices::AuditSlices(Database &database, const AuditQuery &query, Direction direction, IdRange ids,
                         const Progress &progress)
    : m_database(database)
    , m_query(query)
    , m_direction(direction)
    , m_all(ids)
    , m_left(ids)
    , m_progress(progress)
    , m_rows(query.lead.column.isEmpty() ? kFirstRows : kFirstEntries)
    , m_longest(kLongest)
    , m_patience(kPatience)
{
}

std::optional<IdRange> AuditSlices::next()
{
    m_timer.start();
    m_leftOut = {};
    if (!m_findings && !m_hasLookedForBlocks && !m_query.times.isOpen() && m_lookedAt >= m_patience)
        findBlocks();
    while (!m_left.isEmpty() && !m_isCancelled) {
        const IdRange wanted = nextWanted();
        if (wanted.isEmpty()) {
            consume(m_left);
            break;
        }
        const IdRange reachable = window(wanted);
        if (reachable.isEmpty()) {
            consume(wanted);
            continue;
        }
        const std::optional<IdRange> slice = m_query.lead.column.isEmpty() ? byWidth(reachable) : byLead(reachable);
        consume(slice.value_or(reachable));
        if (slice)
            return slice;
    }
    return std::nullopt;
}

bool AuditSlices::finish()
{
    const std::chrono::nanoseconds took = std::chrono::nanoseconds(m_timer.nsecsElapsed()) - m_leftOut;
    if (took > m_longest)
        m_rows = std::max<qint64>(m_rows / 2, m_database.engine() == SqlEngine::Sqlite ? 1 : kLeastRowsOfAServer);
    else if (took < m_longest * 2 / 5)
        m_rows = std::min(m_rows * 2, kMostRows);
    return tellProgress();
}

bool AuditSlices::tellProgress()
{
    const qint64 total = m_all.high - m_all.low + 1;
    const qint64 left = m_left.isEmpty() ? 0 : m_left.high - m_left.low + 1;
    if (m_progress && !m_progress(total - left, total))
        m_isCancelled = true;
    return !m_isCancelled;
}

/// The first of the ranges that the filter names, in the direction of reading; or all that is left.
IdRange AuditSlices::nextWanted() const
{
    if (m_query.ids.isEmpty())
        return m_left;
    IdRange nearest;
    for (const IdRange &range : m_query.ids) {
        const IdRange part{std::max(range.low, m_left.low), std::min(range.high, m_left.high)};
        if (part.isEmpty())
            continue;
        nearest = part;
        if (!isOlder())
            break;
    }
    return nearest;
}

/// The next part of it that may hold matches, as far as that is known.
IdRange AuditSlices::window(IdRange wanted) const
{
    if (m_findings)
        return isOlder() ? m_findings->highestIn(wanted) : m_findings->lowestIn(wanted);
    if (!m_blocks)
        return wanted;
    return isOlder() ? m_blocks->highestIn(wanted) : m_blocks->lowestIn(wanted);
}

void AuditSlices::useBlocks(const std::optional<TimeBlocks> &blocks)
{
    m_blocks = blocks;
    m_hasLookedForBlocks = true;
}

void AuditSlices::consume(IdRange slice)
{
    m_position = isOlder() ? slice.low : slice.high;
    const bool isLast = isOlder() ? slice.low <= m_left.low : slice.high >= m_left.high;
    if (isLast)
        m_left = {};
    else if (isOlder())
        m_left.high = slice.low - 1;
    else
        m_left.low = slice.high + 1;
}

std::optional<IdRange> AuditSlices::byWidth(IdRange window)
{
    static const QString highest = QStringLiteral("SELECT max(id) FROM action_audit_log WHERE id >= ? AND id <= ?");
    static const QString lowest = QStringLiteral("SELECT min(id) FROM action_audit_log WHERE id >= ? AND id <= ?");
    const QVariant nearest = m_database.scalar(isOlder() ? highest : lowest, {window.low, window.high});
    if (nearest.isNull())
        return std::nullopt;
    IdRange slice = window;
    const qint64 id = nearest.toLongLong();
    if (isOlder()) {
        slice.high = id;
        if (id - window.low >= m_rows)
            slice.low = id - m_rows + 1;
    } else {
        slice.low = id;
        if (window.high - id >= m_rows)
            slice.high = id + m_rows - 1;
    }
    m_lookedAt += slice.high - slice.low + 1;
    return slice;
}

std::optional<IdRange> AuditSlices::byLead(IdRange window)
{
    // How far the next entries of one value reach. Each value gets its share of the slice, and the one
    // whose entries are densest sets the slice's end.
    const QString reach = QStringLiteral("SELECT %1(id), count(*) FROM (SELECT id FROM action_audit_log "
                                         "WHERE %2 = %3 AND id >= ? AND id <= ? ORDER BY id %4 LIMIT ?) AS found")
                              .arg(isOlder() ? QStringLiteral("min") : QStringLiteral("max"), m_query.lead.column,
                                   m_database.engine() == SqlEngine::Sqlite ? QStringLiteral("?")
                                                                            : QStringLiteral("lead.value"),
                                   isOlder() ? QStringLiteral("DESC") : QStringLiteral("ASC"));
    const qint64 share = std::max<qint64>(m_rows / m_query.lead.values.size(), 1);
    IdRange slice = window;
    qint64 entries = 0;
    const auto narrow = [&](Statement &&row) {
        while (row.next()) {
            const qint64 found = row.integer(1);
            entries += found;
            if (found < share)
                continue; // this value has no more in the slice
            if (isOlder())
                slice.low = std::max(slice.low, row.integer(0));
            else
                slice.high = std::min(slice.high, row.integer(0));
        }
    };
    if (m_database.engine() == SqlEngine::Sqlite) {
        for (const QVariant &value : m_query.lead.values)
            narrow(m_database.run(reach, {value, slice.low, slice.high, share}));
    } else { // all at once: a way to a server and back costs more than an answer
        const QStringList rows(m_query.lead.values.size(), QStringLiteral("(?)"));
        narrow(m_database.run(QStringLiteral("SELECT reach.* FROM (VALUES ") + rows.join(QStringLiteral(", "))
                                  + QStringLiteral(") AS lead(value) CROSS JOIN LATERAL (") + reach
                                  + QStringLiteral(") AS reach"),
                              m_query.lead.values + QVariantList{slice.low, slice.high, share}));
    }
    m_lookedAt += entries;
    if (entries == 0)
        return std::nullopt;
    return slice;
}

void AuditSlices::findBlocks()
{
    m_hasLookedForBlocks = true;
    m_blocks = TimeBlocks::find(m_database, m_query.times, m_all, [this] { return tellProgress(); });
    m_timer.start(); // was no part of a slice
}

} // namespace andon
