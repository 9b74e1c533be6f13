// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

struct sqlite3;

namespace andon::test {

/// A plain SQLite connection, as a program has it that knows nothing of Andon. It does not wait for
/// locks unless told to, and belongs to one thread at a time.
class RawSqlite
{
public:
    /// Makes the file where there is none. Throws std::runtime_error where it cannot be opened.
    explicit RawSqlite(const QString &path, int busyTimeoutMs = 0);
    ~RawSqlite();
    RawSqlite(const RawSqlite &) = delete;
    RawSqlite &operator=(const RawSqlite &) = delete;

    /// Runs one or more statements. Returns an empty text, or what SQLite said.
    [[nodiscard]] QString run(const QByteArray &sql);
    /// As `run`, but throws std::runtime_error on failure: for what must work.
    void must(const QByteArray &sql);

    /// The first column of the first row as text; null where there is no row or it holds NULL.
    [[nodiscard]] QString value(const QByteArray &sql);
    [[nodiscard]] qint64 number(const QByteArray &sql) { return value(sql).toLongLong(); }
    /// Each row with its columns joined by `|`.
    [[nodiscard]] QStringList rows(const QByteArray &sql);

    /// False while a transaction is open, and with it possibly a lock.
    [[nodiscard]] bool isAutocommit() const;
    /// The result code of the last `run`.
    [[nodiscard]] int code() const { return m_code; }

private:
    sqlite3 *m_handle = nullptr;
    int m_code = 0;
};

} // namespace andon::test
