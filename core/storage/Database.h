// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/DatabaseLocation.h"
#include "core/storage/FileIdentity.h"
#include "core/storage/StorageError.h"
#include "core/storage/StoredRow.h"

#include <QCache>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

class QThread;

namespace andon {

class Database;
class RawStatements;

/// What is to be done at the end of every transaction of a connection, as a part of it.
class CommitStep
{
public:
    CommitStep() = default;
    virtual ~CommitStep() = default;
    CommitStep(const CommitStep &) = delete;
    CommitStep &operator=(const CommitStep &) = delete;

    /// Called before the outermost commit. What it throws fails the commit.
    virtual void beforeCommit() = 0;
    /// Called when the outermost transaction has ended without one.
    virtual void rolledBack() = 0;
};

/// One execution of a prepared statement. Ends the statement when it goes out of scope, so that no
/// half-read SELECT holds a read transaction (sqlite.org/wal.html, "checkpoint starvation").
class Statement
{
public:
    Statement(Statement &&other) noexcept = default;
    Statement &operator=(Statement &&other) = delete;
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;
    ~Statement();

    /// Steps to the next row. Throws StorageError where reading fails.
    bool next();

    [[nodiscard]] QVariant value(int column) const { return m_query->value(column); }
    [[nodiscard]] QString text(int column) const { return m_query->value(column).toString(); }
    [[nodiscard]] qint64 integer(int column) const { return m_query->value(column).toLongLong(); }
    [[nodiscard]] bool isNull(int column) const { return m_query->isNull(column); }
    [[nodiscard]] qint64 lastInsertId() const { return m_query->lastInsertId().toLongLong(); }
    [[nodiscard]] qint64 affectedRows() const { return m_query->numRowsAffected(); }

private:
    friend class Database;
    Statement(Database *database, QString sql, std::unique_ptr<QSqlQuery> query);

    Database *m_database;
    QString m_sql;
    std::unique_ptr<QSqlQuery> m_query;
};

/// One connection to a database.
///
/// A connection belongs to the thread that made it, and every call comes from there; `interrupt()`
/// alone may come from any thread. Every failure is a StorageError.
class Database
{
public:
    enum class Access { ReadWrite, ReadOnly };

    /// How to wait for a lock that somebody else holds.
    enum class Waiting {
        Patient, ///< back off, as a good neighbour
        Eager,   ///< try without pause: for the stop, which must win the lock
    };

    struct Options
    {
        Access access = Access::ReadWrite;
        /// Make the file where there is none. Never set when a connection is opened again: a
        /// database that vanished must be reported, not replaced by an empty one.
        bool create = false;
        /// Nobody has the file open, and nobody will: for a copy on a medium that cannot be written, where reading a
        /// database in WAL mode would otherwise make files beside it (sqlite.org/uri.html, "immutable"). Takes no
        /// locks: who was wrong about it reads nonsense. With Access::ReadOnly alone.
        bool isAtRest = false;
        Waiting waiting = Waiting::Patient;
        std::chrono::milliseconds lockTimeout{5000};
    };

    /// Opens the file. Writes nothing to it; Schema does that.
    Database(DatabaseLocation location, Options options);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    [[nodiscard]] const DatabaseLocation &location() const { return m_location; }
    [[nodiscard]] bool isReadOnly() const { return m_options.access == Access::ReadOnly; }

    /// Prepares (once) and executes one statement with bound values.
    Statement run(const QString &sql, const QVariantList &values = {});

    /// What a statement has changed.
    struct Change
    {
        qint64 lastInsertId = 0; ///< of the connection's newest row, whichever statement made it
        qint64 affectedRows = 0;
    };

    /// Executes one statement without a result, as `run` does but several times faster: for what is done
    /// to very many rows, one by one.
    Change change(const QString &sql, const QVariantList &values);

    /// Executes one SELECT and calls `visit` with each row, in place, until it says false. Several times
    /// faster than `run` for results of many rows; the visitor must not throw.
    void visit(const QString &sql, const QVariantList &values, const std::function<bool(const StoredRow &)> &visit);

    /// Executes a script of several statements, without values.
    void runScript(const QByteArray &sql);

    /// The first column of the first row; invalid where there is no row.
    QVariant scalar(const QString &sql, const QVariantList &values = {});

    [[nodiscard]] bool isInTransaction() const;

    /// `step` must outlive the connection, or be removed before it ends.
    void addCommitStep(CommitStep *step) { m_commitSteps.push_back(step); }
    void removeCommitStep(CommitStep *step) { std::erase(m_commitSteps, step); }

    /// How long a lock is waited for. Changes what was given in the options.
    void setLockTimeout(std::chrono::milliseconds timeout) { m_options.lockTimeout = timeout; }

    /// Throws StorageError (Detached) where the path no longer leads to the file that is open.
    void verifyAttached() const;

    /// Ends the statement that runs now, if any, and its waiting for a lock. Thread-safe.
    void interrupt();

private:
    friend class Statement;
    friend class Transaction;

    void configure();
    /// Notes which file is open. Throws StorageError (Detached) where the path no longer leads to it; SQLite knows by
    /// its handle (sqlite.org/c3ref/c_fcntl_begin_atomic_write.html, SQLITE_FCNTL_HAS_MOVED).
    void identify();
    /// To be called before each statement.
    void begin();
    [[nodiscard]] StorageError detached() const;
    [[nodiscard]] StorageError translateCode(int code) const;
    [[nodiscard]] int waitForLock(int attempts) const;
    static int onBusy(void *self, int attempts);
    [[nodiscard]] StorageError translate(const QSqlError &error) const;
    void giveBack(const QString &sql, std::unique_ptr<QSqlQuery> query);

    DatabaseLocation m_location;
    Options m_options;
    QString m_connectionName;
    QSqlDatabase m_connection;
    void *m_handle = nullptr; // sqlite3 *
    std::optional<FileIdentity> m_identity;
    QCache<QString, QSqlQuery> m_idle; ///< statements that may be used again, the least used forgotten
    std::unique_ptr<RawStatements> m_raw;
    int m_transactionDepth = 0;
    std::vector<CommitStep *> m_commitSteps;
    std::atomic_bool m_isInterrupted{false};
    QThread *m_thread;
    mutable std::chrono::steady_clock::time_point m_waitingSince;
};

/// A write transaction (BEGIN IMMEDIATE), rolled back unless committed.
///
/// Nests: an inner one joins the outer, and only the outermost commit writes. IMMEDIATE, because a
/// plain BEGIN that reads first and writes later fails with SQLITE_BUSY_SNAPSHOT at once,
/// whatever the timeout (sqlite.org/isolation.html).
class Transaction
{
public:
    explicit Transaction(Database &database);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    void commit();

private:
    Database &m_database;
    bool m_open = true;
};

} // namespace andon
