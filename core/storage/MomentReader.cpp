// SPDX-License-Identifier: Apache-2.0
#include "core/storage/MomentReader.h"

namespace andon {

namespace {

constexpr qint64 kHourMs = 60LL * 60 * 1000;

/// Two digits, or a large number where they are none.
int twoDigits(const char *text)
{
    const auto tens = static_cast<unsigned>(text[0] - '0');
    const auto units = static_cast<unsigned>(text[1] - '0');
    return tens < 10 && units < 10 ? static_cast<int>(tens * 10 + units) : 1000;
}

/// Days since 1970-01-01 of the proleptic Gregorian calendar, counted in years that begin in March.
qint64 daysSince1970(int year, int month, int day)
{
    const int shifted = month <= 2 ? year - 1 : year;
    const int era = shifted / 400;
    const int yearOfEra = shifted - era * 400;
    const int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return static_cast<qint64>(era) * 146'097 + dayOfEra - 719'468;
}

/// The clock that the first 19 characters show and the fraction behind them, as if it were in UTC. Moves
/// `text` to what follows. Nothing where that is not plainly so.
std::optional<qint64> readClock(std::string_view &text)
{
    constexpr size_t kSeconds = 19;
    if (text.size() < kSeconds || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ')
        || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const int century = twoDigits(text.data());
    const int yearOfCentury = twoDigits(text.data() + 2);
    const int year = century * 100 + yearOfCentury;
    const int month = twoDigits(text.data() + 5);
    const int day = twoDigits(text.data() + 8);
    const int hour = twoDigits(text.data() + 11);
    const int minute = twoDigits(text.data() + 14);
    const int second = twoDigits(text.data() + 17);
    // The last days of a month are rare enough to be left to QDateTime.
    if (century < 1 || century > 99 || yearOfCentury > 99 || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23
        || minute > 59 || second > 59)
        return std::nullopt;
    text.remove_prefix(kSeconds);
    int milliseconds = 0;
    if (!text.empty() && text.front() == '.') {
        // Four digits and more are rounded by QDateTime; exactly three are what Andon writes.
        constexpr size_t kFraction = 4;
        if (text.size() < kFraction || twoDigits(text.data() + 1) > 99)
            return std::nullopt;
        const auto last = static_cast<unsigned>(text[3] - '0');
        const bool isLonger = text.size() > kFraction && static_cast<unsigned>(text[4] - '0') < 10;
        if (last > 9 || isLonger)
            return std::nullopt;
        milliseconds = twoDigits(text.data() + 1) * 10 + static_cast<int>(last);
        text.remove_prefix(kFraction);
    }
    const qint64 seconds = ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    return seconds * 1000 + milliseconds;
}

std::optional<qint64> readSlowly(std::string_view text, TimestampStyle style)
{
    const ParsedTimestamp parsed = parseTimestamp(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())),
                                                  style);
    if (!parsed.moment.isValid())
        return std::nullopt;
    return parsed.moment.toMSecsSinceEpoch();
}

} // namespace

std::optional<qint64> MomentReader::read(std::string_view text)
{
    std::string_view rest = text;
    const std::optional<qint64> clock = readClock(rest);
    if (!clock)
        return readSlowly(text, m_style);
    if (rest == "+00:00" || rest == "Z")
        return clock;
    if (!rest.empty())
        return readSlowly(text, m_style);
    return m_style == TimestampStyle::NaiveLocal ? fromLocal(text, *clock) : clock;
}

/// A zone changes its offset at most once an hour, and on the quarter: the hour in which it does is read slowly.
std::optional<qint64> MomentReader::fromLocal(std::string_view text, qint64 clockMs)
{
    const qint64 hour = clockMs / kHourMs;
    if (hour != m_localHour) {
        const auto momentOf = [](qint64 localMs) {
            const QDateTime clock = QDateTime::fromMSecsSinceEpoch(localMs, Qt::UTC);
            return QDateTime(clock.date(), clock.time(), Qt::LocalTime).toMSecsSinceEpoch();
        };
        const qint64 first = hour * kHourMs;
        const qint64 last = first + kHourMs - 1;
        if (first - momentOf(first) != last - momentOf(last))
            return readSlowly(text, m_style);
        m_localHour = hour;
        m_localOffsetMs = first - momentOf(first);
    }
    return clockMs - m_localOffsetMs;
}

} // namespace andon
