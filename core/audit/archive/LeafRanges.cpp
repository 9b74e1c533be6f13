// SPDX-License-Identifier: Apache-2.0
#include "core/audit/archive/LeafRanges.h"

#include <QStringList>

#include <algorithm>
#include <numeric>

namespace andon {

namespace {

/// No log is as long.
constexpr qint64 kBeyond = qint64{1} << 56;

} // namespace

LeafRanges LeafRanges::parse(const QString &text)
{
    LeafRanges result;
    qint64 next = 0;
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (const QString &word : words) {
        bool isFirst = false;
        bool isCount = false;
        const Range range{word.section(u'+', 0, 0).toLongLong(&isFirst), word.section(u'+', 1).toLongLong(&isCount)};
        if (!isFirst || !isCount || range.first < next || range.first > kBeyond || range.count < 1
            || range.count > kBeyond)
            return {};
        result.m_ranges.push_back(range);
        next = range.first + range.count;
    }
    return result;
}

QString LeafRanges::toText() const
{
    QStringList words;
    for (const Range &range : m_ranges)
        words << QStringLiteral("%1+%2").arg(range.first).arg(range.count);
    return words.join(u' ');
}

void LeafRanges::append(qint64 leaf)
{
    if (!m_ranges.empty() && m_ranges.back().first + m_ranges.back().count == leaf)
        ++m_ranges.back().count;
    else
        m_ranges.push_back({leaf, 1});
}

void LeafRanges::unite(const LeafRanges &others)
{
    m_ranges.insert(m_ranges.end(), others.m_ranges.begin(), others.m_ranges.end());
    std::sort(m_ranges.begin(), m_ranges.end(),
              [](const Range &left, const Range &right) { return left.first < right.first; });
    std::vector<Range> merged;
    for (const Range &range : m_ranges) {
        if (merged.empty() || merged.back().first + merged.back().count < range.first)
            merged.push_back(range);
        else
            merged.back().count = std::max(merged.back().count, range.first + range.count - merged.back().first);
    }
    m_ranges = std::move(merged);
}

qint64 LeafRanges::count() const
{
    return std::accumulate(m_ranges.begin(), m_ranges.end(), qint64{0},
                           [](qint64 sum, const Range &range) { return sum + range.count; });
}

std::vector<LeafRanges::Range>::const_iterator LeafRanges::behind(qint64 leaf) const
{
    return std::upper_bound(m_ranges.begin(), m_ranges.end(), leaf,
                            [](qint64 one, const Range &range) { return one < range.first + range.count; });
}

bool LeafRanges::contains(qint64 leaf) const
{
    return overlap(leaf, leaf + 1);
}

bool LeafRanges::overlap(qint64 begin, qint64 end) const
{
    const auto range = behind(begin);
    return range != m_ranges.end() && range->first < end;
}

} // namespace andon
