// SPDX-License-Identifier: Apache-2.0
#include "tests/support/RawSqlite.h"

#include <sqlite3.h>

#include <stdexcept>

namespace andon::test {

RawSqlite::RawSqlite(const QString &path, int busyTimeoutMs)
{
    if (sqlite3_open(path.toUtf8().constData(), &m_handle) != SQLITE_OK) {
        const std::string error = sqlite3_errmsg(m_handle);
        sqlite3_close(m_handle);
        throw std::runtime_error(error);
    }
    sqlite3_busy_timeout(m_handle, busyTimeoutMs);
}

RawSqlite::~RawSqlite()
{
    sqlite3_close(m_handle);
}

QString RawSqlite::run(const QByteArray &sql)
{
    m_code = sqlite3_exec(m_handle, sql.constData(), nullptr, nullptr, nullptr);
    return m_code == SQLITE_OK ? QString() : QString::fromUtf8(sqlite3_errmsg(m_handle));
}

void RawSqlite::must(const QByteArray &sql)
{
    const QString error = run(sql);
    if (!error.isEmpty())
        throw std::runtime_error((sql + ": " + error.toUtf8()).toStdString());
}

QStringList RawSqlite::rows(const QByteArray &sql)
{
    QStringList rows;
    sqlite3_stmt *statement = nullptr;
    m_code = sqlite3_prepare_v2(m_handle, sql.constData(), -1, &statement, nullptr);
    while (m_code == SQLITE_OK || m_code == SQLITE_ROW) {
        m_code = sqlite3_step(statement);
        if (m_code != SQLITE_ROW)
            break;
        QStringList columns;
        for (int i = 0; i < sqlite3_column_count(statement); ++i)
            columns << QString::fromUtf8(reinterpret_cast<const char *>(sqlite3_column_text(statement, i)));
        rows << columns.join(u'|');
    }
    const std::string error = m_code == SQLITE_DONE ? std::string() : sqlite3_errmsg(m_handle);
    sqlite3_finalize(statement);
    if (!error.empty())
        throw std::runtime_error(sql.toStdString() + ": " + error);
    return rows;
}

QString RawSqlite::value(const QByteArray &sql)
{
    sqlite3_stmt *statement = nullptr;
    m_code = sqlite3_prepare_v2(m_handle, sql.constData(), -1, &statement, nullptr);
    QString value;
    if (m_code == SQLITE_OK)
        m_code = sqlite3_step(statement);
    if (m_code == SQLITE_ROW)
        value = QString::fromUtf8(reinterpret_cast<const char *>(sqlite3_column_text(statement, 0)));
    const bool isFailed = m_code != SQLITE_ROW && m_code != SQLITE_DONE;
    const std::string error = isFailed ? sqlite3_errmsg(m_handle) : std::string();
    sqlite3_finalize(statement);
    if (isFailed)
        throw std::runtime_error(sql.toStdString() + ": " + error);
    return value;
}

bool RawSqlite::isAutocommit() const
{
    return sqlite3_get_autocommit(m_handle) != 0;
}

} // namespace andon::test
