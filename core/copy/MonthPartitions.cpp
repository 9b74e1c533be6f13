// SPDX-License-Identifier: Apache-2.0
#include "core/copy/MonthPartitions.h"

#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

namespace {

constexpr std::size_t kMonthLength = 7; // of 2026-11
constexpr int kMonths = 12;

/// `2026-11` of `2026-11-05 12:00:00`; empty where the time does not begin with a month.
QByteArray monthOf(std::string_view time)
{
    if (time.size() <= kMonthLength || time[4] != '-')
        return {};
    const auto isDigit = [](char letter) { return letter >= '0' && letter <= '9'; };
    for (const std::size_t place : {0U, 1U, 2U, 3U, 5U, 6U}) {
        if (!isDigit(time[place]))
            return {};
    }
    const QByteArray month(time.data(), kMonthLength);
    const int number = month.right(2).toInt();
    return number >= 1 && number <= kMonths ? month : QByteArray();
}

QByteArray nextMonth(const QByteArray &month)
{
    const int number = month.right(2).toInt();
    const int year = month.left(4).toInt() + (number == kMonths ? 1 : 0);
    return QStringLiteral("%1-%2")
        .arg(year, 4, 10, QChar(u'0'))
        .arg(number % kMonths + 1, 2, 10, QChar(u'0'))
        .toLatin1();
}

QString partitionOf(const QByteArray &month)
{
    return QStringLiteral("action_audit_log_") + QString::fromLatin1(month).replace(u'-', u'_');
}

} // namespace

MonthPartitions::MonthPartitions(Database &database)
    : m_database(database)
{
    if (m_database.engine() == SqlEngine::Sqlite)
        return;
    Statement partitions = m_database.run(
        QStringLiteral("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
                       "WHERE i.inhparent = to_regclass('action_audit_log')"));
    while (partitions.next())
        m_known.insert(partitions.text(0).right(static_cast<qsizetype>(kMonthLength)).replace(u'_', u'-').toUtf8());
}

bool MonthPartitions::isMissing(std::string_view createdAt) const
{
    if (m_database.engine() == SqlEngine::Sqlite)
        return false;
    const QByteArray month = monthOf(createdAt);
    return !month.isEmpty() && !m_known.contains(month);
}

void MonthPartitions::make(std::string_view createdAt)
{
    const QByteArray month = monthOf(createdAt);
    m_known.insert(month);
    if (month.startsWith("9999"))
        return; // whose next begins with a digit more, and is no later as text
    const QString name = partitionOf(month);
    m_database.run(QStringLiteral("CREATE TABLE %1 PARTITION OF action_audit_log FOR VALUES FROM ('%2') TO ('%3')")
                       .arg(name, QString::fromLatin1(month), QString::fromLatin1(nextMonth(month))));
    m_database.run(QStringLiteral("REVOKE ALL ON %1 FROM PUBLIC").arg(name));
    m_database.run(QStringLiteral("CREATE TRIGGER andon_log_truncate BEFORE TRUNCATE ON %1 FOR EACH STATEMENT "
                                  "EXECUTE FUNCTION andon_refuse("
                                  "'Audit log is append-only: an event cannot be removed', 'ND005')")
                       .arg(name));
}

} // namespace andon
