// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/EventTimes.h"

#include <QDateTime>

#include <algorithm>

namespace andon::bench {

namespace {

constexpr qint64 kDayMs = 24LL * 60 * 60 * 1000;

} // namespace

EventTimes::EventTimes(qint64 count, qint64 meanMs)
    : m_left(count)
    , m_meanMs(meanMs)
    , m_nowMs(QDateTime::currentMSecsSinceEpoch())
    , m_ms(m_nowMs - count * meanMs)
{
}

std::string_view EventTimes::next(qint64 sincePreviousMs)
{
    m_ms = --m_left == 0 ? m_nowMs : std::min(m_ms + sincePreviousMs * m_meanMs / kMeanMs, m_nowMs);
    return write(m_ms);
}

std::string_view EventTimes::write(qint64 ms)
{
    const qint64 day = ms / kDayMs;
    if (day != m_day) {
        m_day = day;
        const QByteArray date =
            QDateTime::fromMSecsSinceEpoch(day * kDayMs, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd")).toLatin1();
        std::copy(date.cbegin(), date.cend(), m_text.begin());
    }
    const int ofDay = static_cast<int>(ms % kDayMs);
    digits(11, 2, ofDay / 3'600'000);
    digits(14, 2, ofDay / 60'000 % 60);
    digits(17, 2, ofDay / 1000 % 60);
    digits(20, 3, ofDay % 1000);
    return {m_text.data(), m_text.size()};
}

void EventTimes::digits(std::size_t at, std::size_t width, int number)
{
    for (std::size_t i = width; i > 0; --i, number /= 10)
        m_text[at + i - 1] = static_cast<char>('0' + number % 10);
}

} // namespace andon::bench
