// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/DatabaseLocation.h"
#include "core/storage/DatabaseOptions.h"
#include "core/storage/SqlEngine.h"
#include "core/storage/StorageError.h"
#include "core/storage/StoredRow.h"

#include <QVariant>

#include <functional>
#include <memory>

namespace andon {

/// One connection to an engine: what Database is built on, and nobody else uses.
///
/// Values are bound to `?` in the order in which they stand, on every engine. Belongs to the thread that made it;
/// `interrupt` alone may come from any thread. Every failure is a StorageError.
class Connection
{
public:
    /// What one execution of a statement gives. Must be gone before the connection is.
    class Result
    {
    public:
        Result() = default;
        virtual ~Result() = default;
        Result(const Result &) = delete;
        Result &operator=(const Result &) = delete;

        virtual bool next() = 0;
        [[nodiscard]] virtual QVariant value(int column) const = 0;
        [[nodiscard]] virtual qint64 affectedRows() const = 0;
    };

    /// Opens what the location names, with the engine that it names.
    [[nodiscard]] static std::unique_ptr<Connection> open(const DatabaseLocation &location,
                                                          const DatabaseOptions &options);

    Connection() = default;
    virtual ~Connection() = default;
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    [[nodiscard]] virtual SqlEngine engine() const = 0;
    /// "SQLite 3.53.2, wal journal", for `status`.
    [[nodiscard]] virtual QString describe() = 0;

    /// Prepares (once) and executes a statement.
    [[nodiscard]] virtual std::unique_ptr<Result> run(const QString &sql, const QVariantList &values) = 0;
    /// Executes a statement without a result. Returns how many rows it has changed.
    virtual qint64 change(const QString &sql, const QVariantList &values) = 0;
    /// Executes an INSERT of one row. Returns its `key`, the column that the engine counts.
    virtual qint64 insert(const QString &sql, const QVariantList &values, QLatin1String key) = 0;
    /// Executes a SELECT and calls `visit` with each row, in place, until it says false. The visitor may run other
    /// statements on this connection.
    virtual void visit(const QString &sql, const QVariantList &values,
                       const std::function<bool(const StoredRow &)> &visit) = 0;
    /// As `visit`, where all rows may be held in memory at once: from a server they come faster so.
    virtual void visitFew(const QString &sql, const QVariantList &values,
                          const std::function<bool(const StoredRow &)> &visit)
    {
        this->visit(sql, values, visit);
    }
    /// Executes a script of several statements, without values.
    virtual void runScript(const QByteArray &sql) = 0;

    /// Opens a transaction for writing.
    virtual void begin() = 0;
    /// Whether a transaction is open in which statements can still be executed.
    [[nodiscard]] virtual bool isInTransaction() const = 0;

    /// How long a lock is waited for.
    virtual void setLockTimeout(std::chrono::milliseconds timeout) = 0;
    /// Throws StorageError (Detached) where the location no longer leads to what is open.
    virtual void verifyAttached() const = 0;
    /// Called before each statement: what was interrupted before counts no more.
    virtual void resume() = 0;
    /// Ends the statement that runs now, if any, and its waiting for a lock. Thread-safe.
    virtual void interrupt() = 0;

    /// Has the server tell this connection of what is notified on the channel. Nothing where there is no server.
    virtual void listen(const QString &channel) = 0;
    /// Whether something was notified since the last question; waits for it up to `timeout`. Always false, at once,
    /// where there is no server. Throws where the connection is found lost.
    virtual bool waitForNotification(std::chrono::milliseconds timeout) = 0;
    /// Becomes readable when there may be a notification; -1 where there is no server.
    [[nodiscard]] virtual qintptr notificationDescriptor() const = 0;
};

} // namespace andon
