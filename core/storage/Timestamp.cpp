// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Timestamp.h"

#include <QTimeZone>

#include <cstdlib>

namespace andon {

namespace {

bool hasOffset(QStringView text)
{
    if (text.endsWith(u'Z') || text.endsWith(u'z'))
        return true;
    constexpr int kDateLength = 10; // the minus signs of the date do not count
    const QStringView time = text.mid(kDateLength);
    return time.contains(u'+') || time.contains(u'-');
}

/// `number` with leading zeros, into the `width` places that begin at `text`.
void writeDigits(QChar *text, int width, int number)
{
    for (int i = width - 1; i >= 0; --i, number /= 10)
        text[i] = QChar(u'0' + number % 10);
}

/// yyyy-MM-ddTHH:mm:ss.zzz. By hand where it can be: QDateTime::toString() reads its pattern anew each time, which
/// cost an eighth of an append.
QString isoText(const QDateTime &moment)
{
    int year = 0;
    int month = 0;
    int day = 0;
    moment.date().getDate(&year, &month, &day); // each alone would go through the calendar anew
    const QTime time = moment.time();
    if (!moment.isValid() || year < 0 || year > 9999)
        return moment.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz"));
    QString text = QStringLiteral("0000-00-00T00:00:00.000");
    QChar *places = text.data();
    writeDigits(places, 4, year);
    writeDigits(places + 5, 2, month);
    writeDigits(places + 8, 2, day);
    writeDigits(places + 11, 2, time.hour());
    writeDigits(places + 14, 2, time.minute());
    writeDigits(places + 17, 2, time.second());
    writeDigits(places + 20, 3, time.msec());
    return text;
}

} // namespace

QString formatTimestamp(const QDateTime &moment, TimestampStyle style)
{
    switch (style) {
    case TimestampStyle::NaiveLocal:
        return isoText(moment.toLocalTime());
    case TimestampStyle::NaiveUtc:
        return moment.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    case TimestampStyle::Utc:
        break;
    }
    return isoText(moment.toUTC()) + QStringLiteral("+00:00");
}

ParsedTimestamp parseTimestamp(const QString &text, TimestampStyle style)
{
    constexpr int kSeparator = 10;
    QString iso = text.trimmed();
    if (iso.size() > kSeparator && iso.at(kSeparator) == u' ')
        iso[kSeparator] = u'T';
    ParsedTimestamp parsed;
    parsed.isNaive = !hasOffset(iso);
    // QDateTime reads at most milliseconds reliably; Python writes microseconds.
    QDateTime moment = QDateTime::fromString(iso, Qt::ISODateWithMs);
    // No zone is further away: what is written so is no time, here as in every query.
    constexpr int kFurthestSeconds = (14 * 60 + 59) * 60;
    if (moment.timeSpec() == Qt::OffsetFromUTC && std::abs(moment.offsetFromUtc()) > kFurthestSeconds)
        moment = {};
    if (moment.isValid() && parsed.isNaive) {
        if (style == TimestampStyle::NaiveLocal)
            moment = QDateTime(moment.date(), moment.time(), Qt::LocalTime);
        else
            moment = QDateTime(moment.date(), moment.time(), Qt::UTC);
    }
    parsed.moment = moment.toUTC();
    return parsed;
}

TimestampStyle styleOf(const QString &text)
{
    constexpr int kSeparator = 10;
    if (text.size() <= kSeparator || hasOffset(text))
        return TimestampStyle::Utc;
    const bool isSqliteDefault = text.at(kSeparator) == u' ' && !text.contains(u'.');
    return isSqliteDefault ? TimestampStyle::NaiveUtc : TimestampStyle::NaiveLocal;
}

QString styleName(TimestampStyle style)
{
    switch (style) {
    case TimestampStyle::NaiveLocal:
        return QStringLiteral("naive-local");
    case TimestampStyle::NaiveUtc:
        return QStringLiteral("naive-utc");
    case TimestampStyle::Utc:
        break;
    }
    return QStringLiteral("utc");
}

TimestampStyle styleFromName(const QString &name)
{
    if (name == u"naive-local")
        return TimestampStyle::NaiveLocal;
    if (name == u"naive-utc")
        return TimestampStyle::NaiveUtc;
    return TimestampStyle::Utc;
}

} // namespace andon
