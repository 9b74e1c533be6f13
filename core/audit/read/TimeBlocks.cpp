// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/TimeBlocks.h"

#include "core/storage/Database.h"

#include <algorithm>
#include <string>

namespace andon {

namespace {

constexpr qint64 kBlockSize = 4096;
constexpr qint64 kChunk = 50'000;       // index entries a statement, a few milliseconds
constexpr qint64 kAlwaysFine = 100'000; // entries that are worth reading in a log of any size

/// A block, how many of a chunk's entries are in it, and the last of their times. The index is walked alone, and a
/// server sends each block once.
QString chunkOn(SqlEngine engine)
{
    const QString entries = QStringLiteral("(SELECT id, timestamp FROM action_audit_log WHERE timestamp %1 ? "
                                           "AND timestamp < ? ORDER BY timestamp LIMIT ?) AS entries");
    if (engine == SqlEngine::Sqlite)
        return QStringLiteral("SELECT id / %1, 1, timestamp FROM ").arg(kBlockSize) + entries;
    return QStringLiteral("SELECT id / %1, count(*), max(timestamp) FROM ").arg(kBlockSize) + entries
        + QStringLiteral(" GROUP BY 1");
}

bool endsBefore(const IdRange &run, qint64 id)
{
    return run.high < id;
}

} // namespace

TimeBlocks::TimeBlocks(QList<qint64> blocks)
{
    std::sort(blocks.begin(), blocks.end());
    const auto last = std::unique(blocks.begin(), blocks.end());
    blocks.resize(std::distance(blocks.begin(), last));
    for (const qint64 block : std::as_const(blocks)) {
        const qint64 low = block * kBlockSize;
        const qint64 high = low + (kBlockSize - 1);
        if (!m_runs.isEmpty() && m_runs.constLast().high == low - 1)
            m_runs.last().high = high;
        else
            m_runs << IdRange{low, high};
    }
}

std::optional<TimeBlocks> TimeBlocks::find(Database &database, const AuditQuery::Times &times, IdRange ids,
                                           const std::function<bool()> &keepGoing)
{
    const qint64 mostEntries = std::max(kAlwaysFine, (ids.high - ids.low) / 4);
    const QString sql = chunkOn(database.engine());
    const QString below = times.below.isNull() ? QStringLiteral(":") : times.below;
    QString above = times.above.isNull() ? QStringLiteral("0") : times.above;
    QString comparison = QStringLiteral(">");
    QList<qint64> blocks;
    for (qint64 entries = 0; entries <= mostEntries; entries += kChunk) {
        qint64 found = 0;
        std::string last;
        database.visit(sql.arg(comparison), {above, below, kChunk}, [&](const StoredRow &row) {
            const qint64 block = row.integer(0);
            if (blocks.isEmpty() || blocks.constLast() != block)
                blocks << block;
            found += row.integer(1);
            if (const std::string_view time = row.text(2); time > last)
                last = time;
            return true;
        });
        if (found < kChunk)
            return TimeBlocks(blocks);
        const QString next = QString::fromStdString(last);
        // Entries of one time may be in two chunks. Where one time fills a whole chunk, nothing leads on.
        if ((above == next && comparison == u">=") || !keepGoing())
            return std::nullopt;
        above = next;
        comparison = QStringLiteral(">=");
    }
    return std::nullopt;
}

IdRange TimeBlocks::highestIn(IdRange ids) const
{
    auto run = std::lower_bound(m_runs.cbegin(), m_runs.cend(), ids.high, endsBefore);
    if (run == m_runs.cend() || run->low > ids.high) {
        if (run == m_runs.cbegin())
            return {};
        --run;
    }
    return {std::max(run->low, ids.low), std::min(run->high, ids.high)};
}

IdRange TimeBlocks::lowestIn(IdRange ids) const
{
    const auto run = std::lower_bound(m_runs.cbegin(), m_runs.cend(), ids.low, endsBefore);
    if (run == m_runs.cend())
        return {};
    return {std::max(run->low, ids.low), std::min(run->high, ids.high)};
}

} // namespace andon
