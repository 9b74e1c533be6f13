// SPDX-License-Identifier: Apache-2.0
#include "core/audit/filter/FilterTime.h"

#include <QRegularExpression>

namespace andon {

namespace {

qint64 secondsOf(QChar unit)
{
    switch (unit.unicode()) {
    case u's':
        return 1;
    case u'm':
        return 60;
    case u'h':
        return 60 * 60;
    case u'd':
        return 24 * 60 * 60;
    default:
        return 7 * 24 * 60 * 60;
    }
}

std::optional<QDateTime> parseRelative(const QString &text, const QDateTime &now)
{
    // Ten digits of weeks still fit into 64 bits of seconds.
    static const QRegularExpression shape(QStringLiteral("\\A([0-9]{1,10})([smhdw])\\z"));
    const QRegularExpressionMatch match = shape.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const qint64 seconds = match.captured(1).toLongLong() * secondsOf(match.captured(2).at(0));
    const QDateTime first(QDate(1, 1, 1), QTime(0, 0), Qt::UTC);
    if (seconds > first.secsTo(now))
        return std::nullopt;
    return now.toUTC().addSecs(-seconds);
}

/// Seconds east of UTC; nothing where no zone is that far away.
std::optional<int> parseOffset(const QString &text)
{
    if (text == u'Z' || text == u'z')
        return 0;
    constexpr int kMaxHours = 14;
    const QString digits = QString(text).remove(u':').mid(1);
    const int hours = digits.left(2).toInt();
    const int minutes = digits.mid(2).toInt();
    if (hours > kMaxHours || minutes > 59)
        return std::nullopt;
    const int seconds = (hours * 60 + minutes) * 60;
    return text.startsWith(u'-') ? -seconds : seconds;
}

std::optional<QDateTime> parseAbsolute(const QString &text)
{
    static const QRegularExpression shape(
        QStringLiteral("\\A([0-9]{4}-[0-9]{2}-[0-9]{2})"
                       "(?:[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:[.,]([0-9]{1,9}))?)?"
                       "([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?\\z"));
    const QRegularExpressionMatch match = shape.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const QString minutes = match.captured(2);
    const QString seconds = match.captured(3);
    const QString fraction = match.captured(4);
    const QString offset = match.captured(5);
    const QDate date = QDate::fromString(match.captured(1), Qt::ISODate);
    if (!date.isValid() || (seconds.isEmpty() && !fraction.isEmpty()))
        return std::nullopt;

    if (minutes.isEmpty() && offset.isEmpty())
        return date.startOfDay(Qt::LocalTime).toUTC(); // not always 00:00, where clocks change at midnight
    QTime time(0, 0);
    if (!minutes.isEmpty())
        time = QTime::fromString(minutes + (seconds.isEmpty() ? QStringLiteral(":00") : seconds), Qt::ISODate);
    if (!time.isValid())
        return std::nullopt;
    time = time.addMSecs(fraction.leftJustified(3, u'0', true).toInt());
    if (offset.isEmpty())
        return QDateTime(date, time, Qt::LocalTime).toUTC();
    const std::optional<int> east = parseOffset(offset);
    if (!east)
        return std::nullopt;
    return QDateTime(date, time, Qt::UTC).addSecs(-*east);
}

} // namespace

std::optional<QDateTime> parseFilterTime(const QString &text, const QDateTime &now)
{
    const std::optional<QDateTime> relative = parseRelative(text, now);
    return relative ? relative : parseAbsolute(text);
}

} // namespace andon
