// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Connection.h"
#include "core/storage/FileIdentity.h"

#include <QCache>
#include <QSqlDatabase>
#include <QSqlQuery>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

struct sqlite3;

namespace andon {

class RawStatements;

/// A connection to an SQLite file, through Qt's QSQLITE.
class SqliteConnection : public Connection
{
public:
    /// Writes nothing to the file but what `create` makes; Schema does that.
    SqliteConnection(DatabaseLocation location, const DatabaseOptions &options);
    ~SqliteConnection() override;

    [[nodiscard]] SqlEngine engine() const override { return SqlEngine::Sqlite; }
    [[nodiscard]] QString describe() override;
    [[nodiscard]] std::unique_ptr<Result> run(const QString &sql, const QVariantList &values) override;
    qint64 change(const QString &sql, const QVariantList &values) override;
    qint64 insert(const QString &sql, const QVariantList &values, QLatin1String key) override;
    void visit(const QString &sql, const QVariantList &values,
               const std::function<bool(const StoredRow &)> &visit) override;
    void runScript(const QByteArray &sql) override;
    /// BEGIN IMMEDIATE, because a plain BEGIN that reads first and writes later fails with SQLITE_BUSY_SNAPSHOT at
    /// once, whatever the timeout (sqlite.org/isolation.html).
    void begin() override;
    [[nodiscard]] bool isInTransaction() const override;
    void setLockTimeout(std::chrono::milliseconds timeout) override { m_options.lockTimeout = timeout; }
    void verifyAttached() const override;
    void resume() override { m_isInterrupted = false; }
    void interrupt() override;
    void listen(const QString &) override {}
    bool waitForNotification(std::chrono::milliseconds) override { return false; }
    [[nodiscard]] qintptr notificationDescriptor() const override { return -1; }

private:
    class QueryResult;

    void configure();
    /// Notes which file is open. Throws StorageError (Detached) where the path no longer leads to it; SQLite knows by
    /// its handle (sqlite.org/c3ref/c_fcntl_begin_atomic_write.html, SQLITE_FCNTL_HAS_MOVED).
    void identify();
    [[nodiscard]] StorageError detached() const;
    void execute(const QString &sql, const QVariantList &values);
    [[nodiscard]] int waitForLock(int attempts) const;
    static int onBusy(void *self, int attempts);
    [[nodiscard]] StorageError translateCode(int code) const;
    [[nodiscard]] StorageError translate(const QSqlError &error) const;
    void giveBack(const QString &sql, std::unique_ptr<QSqlQuery> query);

    DatabaseLocation m_location;
    DatabaseOptions m_options;
    QString m_connectionName;
    QSqlDatabase m_connection;
    sqlite3 *m_handle = nullptr;
    std::optional<FileIdentity> m_identity;
    QCache<QString, QSqlQuery> m_idle; ///< statements that may be used again, the least used forgotten
    std::unique_ptr<RawStatements> m_raw;
    std::atomic_bool m_isInterrupted{false};
    mutable std::chrono::steady_clock::time_point m_waitingSince;
};

} // namespace andon
