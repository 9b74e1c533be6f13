// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/ActivityHistogram.h"

#include <QStringList>

#include <array>
#include <vector>

namespace andon {

/// A histogram joined to as few bars as there is room for, with the types in the order in which they are stacked:
/// what is normal below, what is not on top.
class TimelineBars
{
public:
    struct Bar
    {
        std::array<qint64, ActivityHistogram::kMaxTypes> counts{}; ///< by place in types()
        qint64 total = 0;
    };

    TimelineBars() = default;
    /// At most `maxBars` bars (at least 1) that reach from `fromMs` or before to `toMs` or after, and over all events.
    TimelineBars(const ActivityHistogram &histogram, qint64 fromMs, qint64 toMs, int maxBars);

    [[nodiscard]] bool isEmpty() const { return m_bars.empty(); }
    [[nodiscard]] int size() const { return int(m_bars.size()); }
    [[nodiscard]] const Bar &at(int bar) const { return m_bars[size_t(bar)]; }
    [[nodiscard]] qint64 widthMs() const { return m_widthMs; }
    /// Milliseconds since 1970 UTC; `bar` may be size(): the end.
    [[nodiscard]] qint64 startMs(int bar) const { return m_startMs + bar * m_widthMs; }
    [[nodiscard]] qint64 endMs() const { return startMs(size()); }
    /// The bar that holds the moment; the first or the last where none does.
    [[nodiscard]] int barAt(qint64 momentMs) const;
    [[nodiscard]] qint64 largest() const { return m_largest; }
    /// The types that there are, from the bottom of a bar to its top.
    [[nodiscard]] const QStringList &types() const { return m_types; }

private:
    std::vector<Bar> m_bars;
    QStringList m_types;
    qint64 m_startMs = 0;
    qint64 m_widthMs = 1;
    qint64 m_largest = 0;
};

} // namespace andon
