// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/EventLocator.h"

#include "core/Error.h"
#include "core/audit/filter/FilterTime.h"
#include "core/storage/Database.h"

#include <QRegularExpression>

namespace andon {

EventLocator::EventLocator(Database &database, TimestampStyle style)
    : m_database(database)
    , m_moments(style)
{
}

EventLocator::Found EventLocator::below(qint64 id)
{
    Found found;
    // A few events whose time cannot be read are looked past.
    m_database.visit(QStringLiteral("SELECT id, timestamp FROM action_audit_log WHERE id > 0 AND id <= ? "
                                    "ORDER BY id DESC LIMIT 50"),
                     {id}, [this, &found](const StoredRow &row) {
                         found = {row.integer(0), m_moments.read(row.text(1))};
                         return !found.momentMs;
                     });
    return found;
}

EventId EventLocator::at(const QDateTime &moment)
{
    const qint64 wanted = moment.toMSecsSinceEpoch();
    const qint64 oldest = m_database.scalar(QStringLiteral("SELECT min(id) FROM action_audit_log WHERE id > 0"))
                              .toLongLong();
    const qint64 newest = m_database.scalar(QStringLiteral("SELECT max(id) FROM action_audit_log")).toLongLong();
    if (oldest < 1)
        return {};
    // What is at `low` or below is not later than wanted, or nothing is; what is above `high` is later.
    qint64 low = oldest;
    qint64 high = newest;
    while (low < high) {
        const qint64 middle = low + (high - low) / 2 + (high - low) % 2;
        const Found found = below(middle);
        const bool isLater = found.momentMs && *found.momentMs > wanted;
        if (isLater && found.id > low) // else there is nothing between: a gap
            high = found.id - 1;
        else
            low = middle;
    }
    return EventId(std::max(oldest, below(low).id));
}

std::optional<QDateTime> EventLocator::readTime(const QString &text, const QDateTime &now)
{
    static const QRegularExpression timeOfDay(QStringLiteral("\\A[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,3})?)?\\z"));
    if (!timeOfDay.match(text).hasMatch())
        return parseFilterTime(text, now);
    const QString padded = text.indexOf(u':') == 1 ? u'0' + text : text;
    const QTime time = QTime::fromString(padded, Qt::ISODateWithMs);
    if (!time.isValid())
        return std::nullopt;
    const qint64 newest = m_database.scalar(QStringLiteral("SELECT max(id) FROM action_audit_log")).toLongLong();
    const std::optional<qint64> momentMs = below(newest).momentMs;
    const QDateTime last = momentMs ? QDateTime::fromMSecsSinceEpoch(*momentMs, Qt::LocalTime) : now.toLocalTime();
    const QDate day = time <= last.time() ? last.date() : last.date().addDays(-1);
    return QDateTime(day, time, Qt::LocalTime).toUTC();
}

EventId EventLocator::locate(const QString &typed, const QDateTime &now)
{
    const QString text = typed.trimmed();
    static const QRegularExpression number(QStringLiteral("\\A#?([0-9]{1,18})\\z"));
    const QRegularExpressionMatch match = number.match(text);
    if (match.hasMatch())
        return EventId(match.captured(1).toLongLong());
    const std::optional<QDateTime> moment = readTime(text, now);
    if (!moment)
        throw InvalidInputError(
            QStringLiteral("\"%1\" is neither the number of an event nor a time. Write #1234, 14:03, "
                           "2026-01-31 14:03 or how long ago, such as 2h.")
                .arg(text.left(40)));
    return at(*moment);
}

} // namespace andon
