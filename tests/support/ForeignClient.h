// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <memory>

namespace andon::test {

class ForeignConnection;

/// A plain connection, as a program has it that knows nothing of Andon: SQLite's library for a path, libpq for a URI
/// that begins with `postgresql:`. Belongs to one thread at a time.
///
/// SQL is portable, or in SQLite's words where PostgresWords.h knows them. Errors are the engine's own sentence
/// alone, which is a trigger's where one refused. On PostgreSQL several statements in one call are one transaction
/// unless they say otherwise, and a transaction that failed, which holds no lock any more, is rolled back before the
/// next statement: after Andon's triggers SQLite is there too.
class ForeignClient
{
public:
    /// Waits so long for a lock, and by default not at all (PostgreSQL: hardly). Makes the file where there is none.
    /// Throws std::runtime_error where there is no connection.
    explicit ForeignClient(const QString &database, int lockTimeoutMs = 0);
    ~ForeignClient();
    ForeignClient(const ForeignClient &) = delete;
    ForeignClient &operator=(const ForeignClient &) = delete;

    /// Runs one or more statements. Returns an empty text, or what the engine said.
    [[nodiscard]] QString run(const QByteArray &sql);
    /// As `run`, but throws std::runtime_error on failure: for what must work.
    void must(const QByteArray &sql);
    /// BEGIN IMMEDIATE, or BEGIN EXCLUSIVE, against whoever is at work: on PostgreSQL, where that takes the tables one
    /// after the other, it is tried again where the server ended it for a deadlock. Throws as `must`.
    void lockAll(const QByteArray &begin);

    /// The first column of the first row as text; null where there is no row or it holds NULL.
    [[nodiscard]] QString value(const QByteArray &sql);
    [[nodiscard]] qint64 number(const QByteArray &sql) { return value(sql).toLongLong(); }
    /// The same where it holds bytes.
    [[nodiscard]] QByteArray bytes(const QByteArray &sql);
    /// Each row with its columns joined by `|`; NULL is empty, true is 1, false is 0.
    [[nodiscard]] QStringList rows(const QByteArray &sql);

    /// False while a transaction is open, and with it possibly a lock.
    [[nodiscard]] bool isAutocommit() const;

    /// SQL for these bytes.
    [[nodiscard]] QByteArray literal(const QByteArray &bytes) const;
    /// The names of all triggers, in their order, and the SQL that makes each.
    [[nodiscard]] QStringList triggers();
    [[nodiscard]] QStringList triggerDefinitions();
    /// Drops them all, as whoever owns the tables may.
    void dropTriggers();
    /// To be called after rows were inserted with ids of their own. On SQLite the next id follows the largest anyway;
    /// on PostgreSQL a sequence knows only what it gave out itself.
    void letIdsCatchUp();

private:
    const std::unique_ptr<ForeignConnection> m_connection;
};

} // namespace andon::test
