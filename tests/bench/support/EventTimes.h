// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <array>
#include <string_view>

namespace andon::bench {

/// When invented events happened: the last one now, all before it in order, as the audit log keeps times.
class EventTimes
{
public:
    static constexpr qint64 kMeanMs = 300; ///< between two events, as InventedEvents has them

    /// With `meanMs` between two events, the log reaches back `count` times that.
    EventTimes(qint64 count, qint64 meanMs);

    /// UTC with milliseconds and "+00:00". Valid until the next one.
    [[nodiscard]] std::string_view next(qint64 sincePreviousMs);

private:
    [[nodiscard]] std::string_view write(qint64 ms);
    void digits(std::size_t at, std::size_t width, int number);

    qint64 m_left;
    qint64 m_meanMs;
    qint64 m_nowMs;
    qint64 m_ms;
    qint64 m_day = -1; ///< the calendar is asked once a day only
    std::array<char, 29> m_text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':', '0',
                                '0', ':', '0', '0', '.', '0', '0', '0', '+', '0', '0', ':', '0', '0'};
};

} // namespace andon::bench
