// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ForeignClient.h"

#include "tests/support/ForeignConnection.h"

#include <limits>
#include <stdexcept>

namespace andon::test {

namespace {

constexpr int kAll = std::numeric_limits<int>::max();

std::unique_ptr<ForeignConnection> connectTo(const QString &database, int lockTimeoutMs)
{
    return database.startsWith(u"postgresql:") ? connectToPostgres(database, lockTimeoutMs)
                                               : connectToSqlite(database, lockTimeoutMs);
}

/// Null where the cell holds NULL; up to the first zero, as C programs read it.
QString textOf(const QByteArray &cell)
{
    return cell.isNull() ? QString() : QString::fromUtf8(cell.constData());
}

} // namespace

ForeignClient::ForeignClient(const QString &database, int lockTimeoutMs)
    : m_connection(connectTo(database, lockTimeoutMs))
{
}

ForeignClient::~ForeignClient() = default;

QString ForeignClient::run(const QByteArray &sql)
{
    return m_connection->run(sql);
}

void ForeignClient::must(const QByteArray &sql)
{
    const QString error = run(sql);
    if (!error.isEmpty())
        throw std::runtime_error((sql + ": " + error.toUtf8()).toStdString());
}

void ForeignClient::lockAll(const QByteArray &begin)
{
    constexpr int kTries = 20;
    QString error = run(begin);
    for (int i = 1; i < kTries && error.contains(QStringLiteral("deadlock detected")); ++i)
        error = run(begin);
    if (!error.isEmpty())
        throw std::runtime_error((begin + ": " + error.toUtf8()).toStdString());
}

QString ForeignClient::value(const QByteArray &sql)
{
    return textOf(bytes(sql));
}

QByteArray ForeignClient::bytes(const QByteArray &sql)
{
    const QList<QByteArrayList> rows = m_connection->query(sql, 1);
    return rows.isEmpty() ? QByteArray() : rows.constFirst().value(0);
}

QStringList ForeignClient::rows(const QByteArray &sql)
{
    QStringList all;
    const QList<QByteArrayList> rows = m_connection->query(sql, kAll);
    for (const QByteArrayList &row : rows) {
        QStringList columns;
        for (const QByteArray &cell : row)
            columns << textOf(cell);
        all << columns.join(u'|');
    }
    return all;
}

bool ForeignClient::isAutocommit() const
{
    return m_connection->isAutocommit();
}

QByteArray ForeignClient::literal(const QByteArray &bytes) const
{
    return m_connection->literal(bytes);
}

QStringList ForeignClient::triggers()
{
    return rows("SELECT name FROM (" + m_connection->triggers() + ") AS t ORDER BY name");
}

QStringList ForeignClient::triggerDefinitions()
{
    return rows("SELECT definition FROM (" + m_connection->triggers() + ") AS t ORDER BY name");
}

void ForeignClient::dropTriggers()
{
    const QStringList names = triggers();
    for (const QString &name : names)
        must("DROP TRIGGER \"" + name.toUtf8() + '"');
}

void ForeignClient::letIdsCatchUp()
{
    must(m_connection->idsCatchUp());
}

} // namespace andon::test
