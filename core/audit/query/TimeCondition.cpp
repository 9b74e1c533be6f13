// SPDX-License-Identifier: Apache-2.0
#include "core/audit/query/TimeCondition.h"

namespace andon {

namespace {

using Side = TimeCondition::Side;

/// The earliest reading of a local clock that stands for `moment` or later.
///
/// Found by the same reading of local times that shows them (`parseTimestamp`), so that in the hour that
/// a clock shows twice the filter and the table agree.
qint64 localClockMs(const QDateTime &moment)
{
    constexpr qint64 kDayMs = 24 * 60 * 60 * 1000;
    const auto isBefore = [&moment](qint64 clockMs) {
        const QDateTime clock = QDateTime::fromMSecsSinceEpoch(clockMs, Qt::UTC);
        return QDateTime(clock.date(), clock.time(), Qt::LocalTime) < moment;
    };
    qint64 low = moment.toMSecsSinceEpoch() - kDayMs;
    qint64 high = moment.toMSecsSinceEpoch() + kDayMs;
    while (low < high) {
        const qint64 middle = low + (high - low) / 2;
        if (isBefore(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// `moment` in UTC, written so that it compares as text with every other; beyond the calendar, a text
/// below or above all.
QString sortable(const QDateTime &moment, const QString &format)
{
    const QDateTime utc = moment.toUTC();
    if (utc.date().year() > 9999)
        return QStringLiteral(":"); // the character after 9
    if (utc.date().year() < 1)
        return QStringLiteral("0");
    return utc.toString(format);
}

/// The text first: it is several times faster than reading a time, and most rows are far from the bound.
SqlPiece onSqlite(Side side, const QDateTime &moment, TimestampStyle style)
{
    return {QStringLiteral("(+timestamp %1 ? AND coalesce(andon_moment(timestamp, ?) %1 ?, 0))")
                .arg(side == Side::Since ? QStringLiteral(">=") : QStringLiteral("<")),
            {TimeCondition::textBound(side, moment), styleName(style), moment.toMSecsSinceEpoch()}};
}

/// How almost every time of a database is written: what PostgreSQL can see to be a time by a pattern alone, and whose
/// texts are in the order of the moments. The last days of a month are left to `andon_moment_ms`.
QString plainPattern(TimestampStyle style)
{
    return QStringLiteral("^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])%1([01][0-9]|2[0-3]):[0-5][0-9]:[0-5]"
                          "[0-9](\\.[0-9]+){0,1}%2$")
        .arg(style == TimestampStyle::NaiveUtc ? QStringLiteral(" ") : QStringLiteral("T"),
             style == TimestampStyle::Utc ? QStringLiteral("\\+00:00") : QString());
}

/// The bound in those texts. Times are rounded to milliseconds, so it is half a one earlier.
QString plainBound(qint64 ms, TimestampStyle style)
{
    constexpr int kFirstYear = 1000;
    const QDateTime before = QDateTime::fromMSecsSinceEpoch(ms - 1, Qt::UTC);
    if (before.date().year() < kFirstYear)
        return QStringLiteral("0");
    const QString format = style == TimestampStyle::NaiveUtc ? QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz5")
                                                             : QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz5");
    return sortable(before, format);
}

/// `andon_moment_ms` takes some microseconds, so it is asked only about what a pattern does not know. The text is an
/// expression, as it is for SQLite: each slice of ids would otherwise walk the index of all times in the range.
SqlPiece onPostgreSql(Side side, const QDateTime &moment, TimestampStyle style, qint64 momentMs, qint64 naiveMs)
{
    return {QStringLiteral("((\"timestamp\" || '') COLLATE \"C\" %1 ? AND CASE WHEN \"timestamp\" ~ ? "
                           "THEN \"timestamp\" COLLATE \"C\" %1 ? ELSE andon_moment_ms(\"timestamp\") %1 "
                           "CASE WHEN substr(\"timestamp\", 11) ~ '[-+Zz]' THEN CAST(? AS bigint) "
                           "ELSE CAST(? AS bigint) END END)")
                .arg(side == Side::Since ? QStringLiteral(">=") : QStringLiteral("<")),
            {TimeCondition::textBound(side, moment), plainPattern(style),
             plainBound(style == TimestampStyle::Utc ? momentMs : naiveMs, style), momentMs, naiveMs}};
}

} // namespace

/// No offset is over 14 hours, so a text further than that from the bound need not be read as a time. A
/// space sorts below every T, so with one each bound errs on the safe side, whichever divides date and time.
QString TimeCondition::textBound(Side side, const QDateTime &moment)
{
    constexpr qint64 kFarSeconds = 15 * 60 * 60;
    if (side == Side::Since)
        return sortable(moment.addSecs(-kFarSeconds), QStringLiteral("yyyy-MM-dd HH:mm"));
    return sortable(moment.addSecs(kFarSeconds), QStringLiteral("yyyy-MM-ddTHH:mm"));
}

SqlPiece TimeCondition::compile(Side side, const QDateTime &moment, TimestampStyle style, SqlEngine engine)
{
    if (engine == SqlEngine::Sqlite)
        return onSqlite(side, moment, style);
    const qint64 momentMs = moment.toMSecsSinceEpoch();
    return onPostgreSql(side, moment, style, momentMs,
                        style == TimestampStyle::NaiveLocal ? localClockMs(moment) : momentMs);
}

} // namespace andon
