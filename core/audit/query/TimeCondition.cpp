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

/// Whether most times are written so is seen in a tenth of what the pattern takes. Nearly all texts of this form are in
/// the order of their moments: 24:00 and what is rounded up are off by a second at most.
const QString kUsualForm = QStringLiteral("\"timestamp\" LIKE '____-__-__T__:__:__%+00:00'");

/// One end of a range in the texts, and in milliseconds.
struct Bound
{
    Bound(Side whichSide, const QDateTime &moment, TimestampStyle style)
        : side(whichSide)
        , momentMs(moment.toMSecsSinceEpoch())
        , naiveMs(style == TimestampStyle::NaiveLocal ? localClockMs(moment) : momentMs)
        , outer(TimeCondition::textBound(side, moment))
        , inner(plainBound(style == TimestampStyle::Utc ? momentMs : naiveMs, style))
    {
        constexpr int kSlackSeconds = 2;
        beyond = sortable(moment.addSecs(side == Side::Since ? -kSlackSeconds : kSlackSeconds),
                          QStringLiteral("yyyy-MM-ddTHH:mm:ss"));
    }

    [[nodiscard]] QString comparison() const
    {
        return side == Side::Since ? QStringLiteral(">=") : QStringLiteral("<");
    }
    [[nodiscard]] QString opposite() const { return side == Side::Since ? QStringLiteral("<") : QStringLiteral(">="); }

    Side side;
    qint64 momentMs;
    qint64 naiveMs; ///< what a clock without an offset shows then
    QString outer;  ///< what any text must be within
    QString inner;  ///< what a text of the plain pattern must be within
    QString beyond; ///< what a text of the usual form is out of the range beyond
};

/// `andon_moment_ms` takes some microseconds, so it is asked only about what a pattern does not know, and the pattern,
/// which takes one, only about what is near the range. The text is an expression, as it is for SQLite: each slice of
/// ids would otherwise walk the index of all times in the range.
SqlPiece onPostgreSql(const QList<Bound> &bounds, TimestampStyle style)
{
    SqlPiece outer;
    SqlPiece plain;
    SqlPiece exact;
    QStringList beyond;
    QVariantList beyondValues;
    for (const Bound &bound : bounds) {
        outer.also({QStringLiteral("(\"timestamp\" || '') COLLATE \"C\" %1 ?").arg(bound.comparison()), {bound.outer}});
        plain.also({QStringLiteral("\"timestamp\" COLLATE \"C\" %1 ?").arg(bound.comparison()), {bound.inner}});
        exact.also({QStringLiteral("andon_moment_ms(\"timestamp\") %1 CASE WHEN substr(\"timestamp\", 11) ~ '[-+Zz]' "
                                   "THEN CAST(? AS bigint) ELSE CAST(? AS bigint) END")
                        .arg(bound.comparison()),
                    {bound.momentMs, bound.naiveMs}});
        beyond << QStringLiteral("\"timestamp\" COLLATE \"C\" %1 ?").arg(bound.opposite());
        beyondValues << bound.beyond;
    }
    SqlPiece piece = outer;
    piece.sql += QStringLiteral(" AND CASE ");
    if (style == TimestampStyle::Utc) {
        piece.sql += QStringLiteral("WHEN ") + kUsualForm + QStringLiteral(" AND (")
            + beyond.join(QStringLiteral(" OR ")) + QStringLiteral(") THEN false ");
        piece.values += beyondValues;
    }
    piece.sql += QStringLiteral("WHEN \"timestamp\" ~ ? THEN ") + plain.sql + QStringLiteral(" ELSE ") + exact.sql
        + QStringLiteral(" END");
    piece.values << plainPattern(style);
    piece.values += plain.values + exact.values;
    return {u'(' + piece.sql + u')', piece.values};
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

SqlPiece TimeCondition::compile(const QDateTime &since, const QDateTime &before, TimestampStyle style, SqlEngine engine)
{
    if (engine == SqlEngine::Sqlite) {
        SqlPiece piece;
        if (since.isValid())
            piece.also(onSqlite(Side::Since, since, style));
        if (before.isValid())
            piece.also(onSqlite(Side::Before, before, style));
        return piece;
    }
    QList<Bound> bounds;
    if (since.isValid())
        bounds << Bound(Side::Since, since, style);
    if (before.isValid())
        bounds << Bound(Side::Before, before, style);
    return onPostgreSql(bounds, style);
}

} // namespace andon
