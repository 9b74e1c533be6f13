// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/TimeBlocks.h"

#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

namespace {

constexpr qint64 kBlockSize = 4096;
constexpr qint64 kChunk = 50'000;       // index entries a statement, a few milliseconds
constexpr qint64 kAlwaysFine = 100'000; // entries that are worth reading in a log of any size

/// The time at which a chunk ends, or null where there is less than a chunk left. The offset is
/// constant and walks the index alone.
const QString kChunkEnd = QStringLiteral("SELECT timestamp FROM action_audit_log WHERE timestamp > ? AND timestamp < ? "
                                         "ORDER BY timestamp LIMIT 1 OFFSET ?");
const QString kIds = QStringLiteral("SELECT id FROM action_audit_log WHERE timestamp > ? AND timestamp ");

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
    QString above = times.above.isNull() ? QStringLiteral("0") : times.above;
    const QString below = times.below.isNull() ? QStringLiteral(":") : times.below;
    QList<qint64> blocks;
    for (qint64 entries = 0; entries <= mostEntries; entries += kChunk) {
        const QVariant end = database.scalar(kChunkEnd, {above, below, kChunk - 1});
        const QString comparison = end.isValid() ? QStringLiteral("<= ?") : QStringLiteral("< ?");
        database.visit(kIds + comparison, {above, end.isValid() ? end : QVariant(below)},
                       [&blocks](const StoredRow &row) {
                           const qint64 block = row.integer(0) / kBlockSize;
                           if (blocks.isEmpty() || blocks.constLast() != block)
                               blocks << block;
                           return true;
                       });
        if (!end.isValid())
            return TimeBlocks(blocks);
        above = end.toString();
        if (!keepGoing())
            return std::nullopt;
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
