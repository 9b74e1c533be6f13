// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Connection.h"

#include <memory>
#include <vector>

class QThread;

namespace andon {

class Database;

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

/// One execution of a prepared statement. Ends the statement when it goes out of scope.
class Statement
{
public:
    /// Steps to the next row. Throws StorageError where reading fails.
    bool next() { return m_result->next(); }

    [[nodiscard]] QVariant value(int column) const { return m_result->value(column); }
    [[nodiscard]] QString text(int column) const { return value(column).toString(); }
    [[nodiscard]] qint64 integer(int column) const { return value(column).toLongLong(); }
    [[nodiscard]] bool isNull(int column) const { return value(column).isNull(); }
    [[nodiscard]] qint64 affectedRows() const { return m_result->affectedRows(); }

private:
    friend class Database;
    explicit Statement(std::unique_ptr<Connection::Result> result)
        : m_result(std::move(result))
    {
    }

    std::unique_ptr<Connection::Result> m_result;
};

/// One connection to a database, of either engine.
///
/// A connection belongs to the thread that made it, and every call comes from there; `interrupt()`
/// alone may come from any thread. Every failure is a StorageError.
class Database
{
public:
    using Options = DatabaseOptions;
    using Access = DatabaseOptions::Access;
    using Waiting = DatabaseOptions::Waiting;

    /// Opens it. Writes nothing to it; Schema does that.
    Database(DatabaseLocation location, const Options &options);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    [[nodiscard]] const DatabaseLocation &location() const { return m_location; }
    [[nodiscard]] bool isReadOnly() const { return m_options.access == Access::ReadOnly; }
    [[nodiscard]] const Options &options() const { return m_options; }
    [[nodiscard]] SqlEngine engine() const { return m_connection->engine(); }
    /// "SQLite 3.53.2, wal journal" or "PostgreSQL 15.4", for `status`.
    [[nodiscard]] QString describeEngine() { return m_connection->describe(); }

    /// Prepares (once) and executes one statement with values bound to each `?`.
    Statement run(const QString &sql, const QVariantList &values = {});

    /// Executes one statement without a result, as `run` does but several times faster on SQLite: for what is done
    /// to very many rows, one by one. Returns how many rows it has changed.
    qint64 change(const QString &sql, const QVariantList &values);

    /// Executes an INSERT of one row, as fast as `change`. Returns the new row's `key`, a column that the database
    /// itself counts.
    qint64 insert(const QString &sql, const QVariantList &values, QLatin1String key = QLatin1String("id"));

    /// Executes one SELECT and calls `visit` with each row, in place, until it says false. Several times
    /// faster than `run` for results of many rows; the visitor must not throw.
    void visit(const QString &sql, const QVariantList &values, const std::function<bool(const StoredRow &)> &visit);

    /// As `visit`, where all rows may be held in memory at once, tens of thousands of small ones: from a server they
    /// come faster so.
    void visitFew(const QString &sql, const QVariantList &values, const std::function<bool(const StoredRow &)> &visit);

    /// Executes a script of several statements, without values.
    void runScript(const QByteArray &sql);

    /// The first column of the first row; invalid where there is no row.
    QVariant scalar(const QString &sql, const QVariantList &values = {});

    /// What a SELECT ends with whose rows nobody else may change until the transaction has ended. Empty on SQLite,
    /// where a Transaction holds the only write lock.
    [[nodiscard]] QString rowLock() const
    {
        return engine() == SqlEngine::Sqlite ? QString() : QStringLiteral(" FOR UPDATE");
    }

    [[nodiscard]] bool isInTransaction() const { return m_connection->isInTransaction(); }

    /// `step` must outlive the connection, or be removed before it ends.
    void addCommitStep(CommitStep *step) { m_commitSteps.push_back(step); }
    void removeCommitStep(CommitStep *step) { std::erase(m_commitSteps, step); }

    /// How long a lock is waited for. Changes what was given in the options.
    void setLockTimeout(std::chrono::milliseconds timeout);

    /// Throws StorageError (Detached) where the path no longer leads to the file that is open.
    void verifyAttached() const { m_connection->verifyAttached(); }

    /// Ends the statement that runs now, if any, and its waiting for a lock. Thread-safe.
    void interrupt() { m_connection->interrupt(); }

    /// Has a server tell this connection at once of what is notified on the channel
    /// (postgresql.org/docs/15/sql-notify.html). Does nothing on SQLite.
    void listen(const QString &channel);
    /// Whether something was notified since the last question; waits for it up to `timeout`. Always false, and at
    /// once, on SQLite. Throws StorageError where the connection is found lost.
    bool waitForNotification(std::chrono::milliseconds timeout = {});
    /// A socket to wait on beside other descriptors: readable when there may be a notification. -1 on SQLite.
    [[nodiscard]] qintptr notificationDescriptor() const { return m_connection->notificationDescriptor(); }

private:
    friend class Transaction;

    /// To be called before each statement.
    void prepareForStatement();

    DatabaseLocation m_location;
    Options m_options;
    std::unique_ptr<Connection> m_connection;
    int m_transactionDepth = 0;
    std::vector<CommitStep *> m_commitSteps;
    QThread *m_thread;
};

/// A write transaction, rolled back unless committed.
///
/// Nests: an inner one joins the outer, and only the outermost commit writes. On SQLite it takes the write lock at
/// once, so that what it reads first is still so when it writes. A server lets several go on side by side
/// (READ COMMITTED): what must not change meanwhile is read with its lock.
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
