// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/ScanFindings.h"

#include <QMutexLocker>

#include <algorithm>

namespace andon {

namespace {

qint64 sizeOf(IdRange range)
{
    return range.isEmpty() ? 0 : range.high - range.low + 1;
}

} // namespace

ScanFindings::Task ScanFindings::begin(IdRange extent)
{
    const QMutexLocker lock(&m_mutex);
    ++m_token;
    m_waiting.clear();
    m_hasBegun = true;
    m_doneBefore = sizeOf(m_covered);
    if (extent.isEmpty())
        return {m_token, {}, {}};
    if (m_covered.isEmpty()) {
        m_extent = extent;
        return {m_token, {}, extent};
    }
    m_extent = {std::min(extent.low, m_covered.low), std::max(extent.high, m_covered.high)};
    Task task{m_token, {}, {m_extent.low, m_covered.low - 1}};
    if (m_covered.high < m_extent.high)
        task.above = {m_covered.high + 1, m_extent.high};
    return task;
}

bool ScanFindings::add(quint64 token, SliceFindings slice)
{
    const QMutexLocker lock(&m_mutex);
    if (token != m_token)
        return false;
    m_waiting.push_back(std::move(slice));
    bool hasFitted = true;
    while (hasFitted) {
        hasFitted = false;
        for (auto waiting = m_waiting.begin(); waiting != m_waiting.end(); ++waiting) {
            if (absorb(*waiting)) {
                m_waiting.erase(waiting);
                hasFitted = true;
                break;
            }
        }
    }
    return true;
}

bool ScanFindings::absorb(const SliceFindings &slice)
{
    const bool isFirst = m_covered.isEmpty();
    const bool isNewer = !isFirst && slice.covered.low - 1 == m_covered.high;
    if (!isNewer && slice.covered.high != (isFirst ? m_extent.high : m_covered.low - 1))
        return false;
    std::vector<Block> blocks = slice.blocks;
    std::sort(blocks.begin(), blocks.end(), [isNewer](const Block &a, const Block &b) {
        return isNewer ? a.number < b.number : a.number > b.number;
    });
    for (const Block &block : blocks)
        addBlock({block.number * kBlockSize / m_blockSize, block.matches}, isNewer);
    if (isFirst)
        m_covered = slice.covered;
    else if (isNewer)
        m_covered.high = slice.covered.high;
    else
        m_covered.low = slice.covered.low;
    m_activity.merge(slice.activity);
    m_ranks.clear();
    while (m_blocks.size() > kMaxBlocks)
        joinBlocks();
    return true;
}

void ScanFindings::addBlock(Block block, bool isNewer)
{
    m_found += block.matches;
    Block *edge = nullptr;
    if (!m_blocks.empty())
        edge = isNewer ? &m_blocks.front() : &m_blocks.back();
    if (edge && edge->number == block.number)
        edge->matches += block.matches;
    else if (isNewer)
        m_blocks.push_front(block);
    else
        m_blocks.push_back(block);
}

void ScanFindings::joinBlocks()
{
    m_blockSize *= 2;
    std::deque<Block> joined;
    for (const Block &block : m_blocks) {
        const qint64 number = block.number / 2;
        if (!joined.empty() && joined.back().number == number)
            joined.back().matches += block.matches;
        else
            joined.push_back({number, block.matches});
    }
    m_blocks = std::move(joined);
}

ScanFindings::Summary ScanFindings::summary() const
{
    const QMutexLocker lock(&m_mutex);
    const qint64 covered = sizeOf(m_covered);
    return {m_found, m_hasBegun && covered == sizeOf(m_extent), EventId(covered > 0 ? m_covered.high : 0),
            covered - m_doneBefore, sizeOf(m_extent) - m_doneBefore};
}

ActivityHistogram ScanFindings::activity() const
{
    const QMutexLocker lock(&m_mutex);
    return m_activity;
}

IdRange ScanFindings::covered() const
{
    const QMutexLocker lock(&m_mutex);
    return m_covered;
}

IdRange ScanFindings::idsOf(const Block &block) const
{
    return {std::max(block.number * m_blockSize, m_covered.low),
            std::min(block.number * m_blockSize + m_blockSize - 1, m_covered.high)};
}

IdRange ScanFindings::highestIn(IdRange ids) const
{
    const QMutexLocker lock(&m_mutex);
    if (ids.isEmpty() || m_covered.isEmpty() || ids.high < m_covered.low)
        return ids;
    if (ids.high > m_covered.high)
        return {std::max(ids.low, m_covered.high + 1), ids.high};
    const qint64 wanted = blockOf(ids.high);
    auto block = std::lower_bound(m_blocks.begin(), m_blocks.end(), wanted,
                                  [](const Block &one, qint64 number) { return one.number > number; });
    if (block == m_blocks.end())
        return {ids.low, std::min(ids.high, m_covered.low - 1)};
    const IdRange first = idsOf(*block);
    if (first.high < ids.low)
        return {};
    IdRange run = first;
    for (++block; block != m_blocks.end() && idsOf(*block).high == run.low - 1 && run.low > ids.low; ++block)
        run.low = idsOf(*block).low;
    return {std::max(run.low, ids.low), std::min(run.high, ids.high)};
}

IdRange ScanFindings::lowestIn(IdRange ids) const
{
    const QMutexLocker lock(&m_mutex);
    if (ids.isEmpty() || m_covered.isEmpty() || ids.low > m_covered.high)
        return ids;
    if (ids.low < m_covered.low)
        return {ids.low, std::min(ids.high, m_covered.low - 1)};
    const qint64 wanted = blockOf(ids.low);
    const auto above = std::upper_bound(m_blocks.begin(), m_blocks.end(), wanted,
                                        [](qint64 number, const Block &one) { return number > one.number; });
    if (above == m_blocks.begin())
        return ids.high > m_covered.high ? IdRange{m_covered.high + 1, ids.high} : IdRange();
    auto block = std::prev(above);
    const IdRange first = idsOf(*block);
    if (first.low > ids.high)
        return {};
    IdRange run = first;
    while (block != m_blocks.begin() && run.high < ids.high) {
        const IdRange next = idsOf(*std::prev(block));
        if (next.low != run.high + 1)
            break;
        run.high = next.high;
        --block;
    }
    return {std::max(run.low, ids.low), std::min(run.high, ids.high)};
}

void ScanFindings::updateRanks() const
{
    if (m_ranks.size() == m_blocks.size())
        return;
    m_ranks.clear();
    m_ranks.reserve(m_blocks.size());
    qint64 sum = 0;
    for (const Block &block : m_blocks) {
        m_ranks.push_back(sum);
        sum += block.matches;
    }
}

qint64 ScanFindings::newerThan(EventId id) const
{
    const QMutexLocker lock(&m_mutex);
    updateRanks();
    const auto block = std::lower_bound(m_blocks.begin(), m_blocks.end(), blockOf(id.value),
                                        [](const Block &one, qint64 number) { return one.number > number; });
    if (block == m_blocks.end())
        return m_found;
    const qint64 above = m_ranks[static_cast<size_t>(block - m_blocks.begin())];
    const IdRange ids = idsOf(*block);
    if (id.value >= ids.high)
        return above;
    const double share = static_cast<double>(ids.high - id.value) / static_cast<double>(sizeOf(ids));
    return above + static_cast<qint64>(share * static_cast<double>(block->matches));
}

EventId ScanFindings::atRank(qint64 newer) const
{
    const QMutexLocker lock(&m_mutex);
    if (m_blocks.empty())
        return {};
    updateRanks();
    const auto after = std::upper_bound(m_ranks.begin(), m_ranks.end(), std::max<qint64>(newer, 0));
    const auto index = static_cast<size_t>(after - m_ranks.begin()) - 1;
    const Block &block = m_blocks[index];
    const IdRange ids = idsOf(block);
    const double share = std::min(
        1.0, static_cast<double>(std::max<qint64>(newer, 0) - m_ranks[index]) / static_cast<double>(block.matches));
    return EventId(ids.high - static_cast<qint64>(share * static_cast<double>(sizeOf(ids) - 1)));
}

qint64 ScanFindings::cost() const
{
    const QMutexLocker lock(&m_mutex);
    return static_cast<qint64>(m_blocks.size() * (sizeof(Block) + sizeof(qint64))) + 128 * 1024;
}

} // namespace andon
