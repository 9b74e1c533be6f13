// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/timeline/TimelineBars.h"

#include "ui/audit/timeline/TimelineStyle.h"

#include <algorithm>
#include <numeric>

namespace andon {

namespace {

constexpr qint64 kSecond = 1000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

/// Widths of a bar that a person can name.
constexpr qint64 kWidths[] = {
    kSecond,     2 * kSecond,  5 * kSecond,  10 * kSecond, 15 * kSecond, 30 * kSecond, kMinute,   2 * kMinute,
    5 * kMinute, 10 * kMinute, 15 * kMinute, 30 * kMinute, kHour,        2 * kHour,    3 * kHour, 6 * kHour,
    12 * kHour,  kDay,         2 * kDay,     7 * kDay,     14 * kDay,    28 * kDay,    84 * kDay, 364 * kDay,
};

qint64 floorDiv(qint64 value, qint64 width)
{
    return value >= 0 ? value / width : -((-value + width - 1) / width);
}

qint64 barsBetween(qint64 fromMs, qint64 toMs, qint64 width)
{
    return std::max<qint64>(1, floorDiv(toMs - 1, width) - floorDiv(fromMs, width) + 1);
}

qint64 widthFor(qint64 binMs, qint64 fromMs, qint64 toMs, int maxBars)
{
    for (const qint64 width : kWidths) {
        if (width % binMs == 0 && barsBetween(fromMs, toMs, width) <= maxBars)
            return width;
    }
    qint64 width = std::max(binMs, *std::rbegin(kWidths) / binMs * binMs);
    while (barsBetween(fromMs, toMs, width) > maxBars && toMs - fromMs > width)
        width *= 2;
    return width;
}

} // namespace

TimelineBars::TimelineBars(const ActivityHistogram &histogram, qint64 fromMs, qint64 toMs, int maxBars)
{
    if (histogram.isEmpty())
        return;
    fromMs = std::min(fromMs, histogram.startMs(0));
    toMs = std::max(toMs, histogram.startMs(histogram.binCount()));
    m_widthMs = widthFor(histogram.binMs(), fromMs, toMs, maxBars);
    const qint64 first = floorDiv(fromMs, m_widthMs);
    m_startMs = first * m_widthMs;
    m_bars.resize(size_t(barsBetween(fromMs, toMs, m_widthMs)));

    // place in the stack -> place in the histogram
    std::vector<int> order(size_t(histogram.types().size()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&histogram](int one, int other) {
        return TimelineStyle::isBelow(histogram.types().at(one), histogram.types().at(other));
    });
    for (const int type : order)
        m_types << histogram.types().at(type);
    for (int bin = 0; bin < histogram.binCount(); ++bin) {
        Bar &bar = m_bars[size_t(floorDiv(histogram.startMs(bin), m_widthMs) - first)];
        for (size_t place = 0; place < order.size(); ++place) {
            const qint64 count = histogram.count(bin, order[place]);
            bar.counts[place] += count;
            bar.total += count;
        }
        m_largest = std::max(m_largest, bar.total);
    }
}

int TimelineBars::barAt(qint64 momentMs) const
{
    return int(std::clamp<qint64>(floorDiv(momentMs - m_startMs, m_widthMs), 0, std::max(0, size() - 1)));
}

} // namespace andon
