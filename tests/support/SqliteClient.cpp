// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ForeignConnection.h"

#include <sqlite3.h>

#include <stdexcept>

namespace andon::test {

namespace {

QByteArray cellOf(sqlite3_stmt *statement, int column)
{
    const int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_NULL)
        return {};
    const char *bytes = type == SQLITE_BLOB ? static_cast<const char *>(sqlite3_column_blob(statement, column))
                                            : reinterpret_cast<const char *>(sqlite3_column_text(statement, column));
    const int size = sqlite3_column_bytes(statement, column);
    return size == 0 ? QByteArray("") : QByteArray(bytes, size);
}

class SqliteClient : public ForeignConnection
{
public:
    SqliteClient(const QString &path, int lockTimeoutMs)
    {
        if (sqlite3_open(path.toUtf8().constData(), &m_handle) != SQLITE_OK) {
            const std::string error = sqlite3_errmsg(m_handle);
            sqlite3_close(m_handle);
            throw std::runtime_error(error);
        }
        sqlite3_busy_timeout(m_handle, lockTimeoutMs);
    }
    ~SqliteClient() override { sqlite3_close(m_handle); }
    SqliteClient(const SqliteClient &) = delete;
    SqliteClient &operator=(const SqliteClient &) = delete;

    [[nodiscard]] QString run(const QByteArray &sql) override
    {
        const int code = sqlite3_exec(m_handle, sql.constData(), nullptr, nullptr, nullptr);
        return code == SQLITE_OK ? QString() : QString::fromUtf8(sqlite3_errmsg(m_handle));
    }

    [[nodiscard]] QList<QByteArrayList> query(const QByteArray &sql, int most) override
    {
        QList<QByteArrayList> rows;
        sqlite3_stmt *statement = nullptr;
        int code = sqlite3_prepare_v2(m_handle, sql.constData(), -1, &statement, nullptr);
        while (code == SQLITE_OK || code == SQLITE_ROW) {
            if (rows.size() == most)
                break;
            code = sqlite3_step(statement);
            if (code != SQLITE_ROW)
                break;
            QByteArrayList columns;
            for (int i = 0; i < sqlite3_column_count(statement); ++i)
                columns << cellOf(statement, i);
            rows << columns;
        }
        const bool isFailed = code != SQLITE_DONE && code != SQLITE_ROW;
        const std::string error = isFailed ? sqlite3_errmsg(m_handle) : std::string();
        sqlite3_finalize(statement);
        if (isFailed)
            throw std::runtime_error(sql.toStdString() + ": " + error);
        return rows;
    }

    [[nodiscard]] bool isAutocommit() const override { return sqlite3_get_autocommit(m_handle) != 0; }
    [[nodiscard]] QByteArray literal(const QByteArray &bytes) const override { return "x'" + bytes.toHex() + '\''; }
    [[nodiscard]] QByteArray triggers() const override
    {
        return "SELECT name, sql AS definition, tbl_name FROM sqlite_master WHERE type = 'trigger'";
    }
    [[nodiscard]] QByteArray idsCatchUp() const override { return "SELECT 1"; }

private:
    sqlite3 *m_handle = nullptr;
};

} // namespace

std::unique_ptr<ForeignConnection> connectToSqlite(const QString &path, int lockTimeoutMs)
{
    return std::make_unique<SqliteClient>(path, lockTimeoutMs);
}

} // namespace andon::test
