// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QList>

#include <optional>

namespace andon {

/// A range of time; a side that is not there is open.
struct TimeRange
{
    std::optional<QDateTime> from; ///< inclusive
    std::optional<QDateTime> to;   ///< exclusive

    friend bool operator==(const TimeRange &, const TimeRange &) = default;
};

/// The ranges of time that were looked at before, to go back to. Bounded: the oldest are forgotten.
class RangeHistory
{
public:
    static constexpr int kMaxDepth = 100;

    /// What is left for another range. The same twice in a row counts once.
    void push(const TimeRange &left);
    /// The range to go back to, which is then no longer kept; nothing where there is none.
    std::optional<TimeRange> back();
    [[nodiscard]] bool canGoBack() const { return !m_left.isEmpty(); }
    void clear() { m_left.clear(); }

private:
    QList<TimeRange> m_left;
};

} // namespace andon
