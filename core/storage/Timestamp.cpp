// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Timestamp.h"

#include <QTimeZone>

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

} // namespace

QString formatTimestamp(const QDateTime &moment, TimestampStyle style)
{
    switch (style) {
    case TimestampStyle::NaiveLocal:
        return moment.toLocalTime().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz"));
    case TimestampStyle::NaiveUtc:
        return moment.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    case TimestampStyle::Utc:
        break;
    }
    return moment.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz")) + QStringLiteral("+00:00");
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
