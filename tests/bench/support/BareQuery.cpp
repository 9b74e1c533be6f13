// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/BareQuery.h"

#include <QFile>

#include <sqlite3.h>

#include <stdexcept>

namespace andon::bench {

BareQuery::BareQuery(const QString &databasePath)
{
    if (sqlite3_open_v2(QFile::encodeName(databasePath).constData(), &m_connection, SQLITE_OPEN_READONLY, nullptr)
        != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(m_connection));
}

BareQuery::~BareQuery()
{
    sqlite3_close(m_connection);
}

qint64 BareQuery::run(const QString &sql)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(m_connection, sql.toUtf8().constData(), -1, &statement, nullptr) != SQLITE_OK)
        throw std::runtime_error(sqlite3_errmsg(m_connection));
    const bool hasRow = sqlite3_step(statement) == SQLITE_ROW;
    const qint64 value = hasRow ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    if (!hasRow)
        throw std::runtime_error(sqlite3_errmsg(m_connection));
    return value;
}

} // namespace andon::bench
