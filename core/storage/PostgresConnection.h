// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Connection.h"
#include "core/storage/PostgresLink.h"
#include "core/storage/PostgresStatements.h"

#include <optional>

namespace andon {

class PostgresStream;

/// A connection to a PostgreSQL server, through its own client library (libpq).
///
/// Not through Qt's QPSQL, which cannot end a wait for a server that has fallen silent, nor cancel a query from another
/// thread; a panel that waits so cannot say UNKNOWN, nor a guard its lease keep.
///
/// Every error inside a transaction ends it at once, at the server too: who was refused holds no lock. (On SQLite a
/// trigger's RAISE(ROLLBACK) does that.)
class PostgresConnection : public Connection
{
public:
    /// Throws StorageError: Unreachable where no host of the location answers within the options' answerTimeout,
    /// ReadOnly where there are standbys alone and somebody wants to write.
    [[nodiscard]] static std::unique_ptr<Connection> open(const DatabaseLocation &location,
                                                          const DatabaseOptions &options);

    PostgresConnection(const DatabaseLocation &location, const DatabaseOptions &options);
    ~PostgresConnection() override;

    [[nodiscard]] SqlEngine engine() const override { return SqlEngine::PostgreSql; }
    [[nodiscard]] QString describe() override;
    [[nodiscard]] std::unique_ptr<Result> run(const QString &sql, const QVariantList &values) override;
    qint64 change(const QString &sql, const QVariantList &values) override;
    qint64 insert(const QString &sql, const QVariantList &values, QLatin1String key) override;
    void visit(const QString &sql, const QVariantList &values,
               const std::function<bool(const StoredRow &)> &visit) override;
    /// Bound by answerTimeout.
    void visitFew(const QString &sql, const QVariantList &values,
                  const std::function<bool(const StoredRow &)> &visit) override;
    /// Not bound by answerTimeout: a migration may have much to do.
    void runScript(const QByteArray &sql) override;
    /// BEGIN, at READ COMMITTED.
    void begin() override;
    [[nodiscard]] bool isInTransaction() const override { return m_isInTransaction && !m_link.isBroken(); }
    /// Reaches the server with the next statement.
    void setLockTimeout(std::chrono::milliseconds timeout) override { m_options.lockTimeout = timeout; }
    void verifyAttached() const override;
    void resume() override;
    void interrupt() override { m_link.interrupt(); }
    void listen(const QString &channel) override;
    bool waitForNotification(std::chrono::milliseconds timeout) override;
    [[nodiscard]] qintptr notificationDescriptor() const override { return m_link.descriptor(); }

private:
    class LiveStream;
    enum class Fetch { Whole, RowByRow };

    /// When a statement that begins now must have been answered.
    [[nodiscard]] PostgresLink::Clock::time_point answerBy() const;
    [[nodiscard]] PostgresLink::Result execute(const QString &sql, const QVariantList &values);
    void executeText(const QByteArray &sql, PostgresLink::Clock::time_point deadline);
    void send(const QString &sql, const QVariantList &values, Fetch fetch);
    void prepare(PostgresStatements::Entry &entry);
    void prepareToSend();
    void settle();
    void finishStream(PostgresStream &stream);
    [[nodiscard]] PostgresLink::Result finish(PostgresLink::Clock::time_point deadline);
    void noteEnd();
    void rollBack() noexcept;

    /// Calls `act`; what it throws ends the transaction.
    template<typename Act>
    auto orRollBack(const Act &act);

    DatabaseOptions m_options;
    PostgresLink m_link;
    PostgresStatements m_statements;
    PostgresStream *m_live = nullptr;
    int m_visits = 0;
    bool m_isInTransaction = false;
    std::optional<std::chrono::milliseconds> m_lockTimeoutThere; ///< at the server; nothing where that is not known
    bool m_wasLockTimeoutSetInside = false;                      ///< a rollback takes it back
};

} // namespace andon
