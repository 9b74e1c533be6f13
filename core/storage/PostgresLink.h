// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/DatabaseLocation.h"
#include "core/storage/DatabaseOptions.h"
#include "core/storage/StorageError.h"
#include "core/storage/WakePipe.h"

#include <atomic>
#include <memory>
#include <optional>

struct pg_conn;
struct pg_result;

namespace andon {

/// The socket to a PostgreSQL server, and waiting at it: never longer than was asked for, and never so that another
/// thread could not end it.
///
/// What was sent is answered by results, until there is none. Belongs to one thread but for `interrupt`. A link that
/// is broken stays so, and every call says why.
class PostgresLink
{
public:
    using Clock = WakePipe::Clock;

    struct Clear
    {
        void operator()(pg_result *result) const;
    };
    using Result = std::unique_ptr<pg_result, Clear>;

    /// Connects. Throws StorageError where no server lets it in by options.answerTimeout.
    PostgresLink(DatabaseLocation location, const DatabaseOptions &options);
    ~PostgresLink();
    PostgresLink(const PostgresLink &) = delete;
    PostgresLink &operator=(const PostgresLink &) = delete;

    /// libpq's connection, not to be blocked on. Throws StorageError where the link is broken.
    [[nodiscard]] pg_conn *handle() const;
    [[nodiscard]] bool isBroken() const { return !m_handle; }
    [[nodiscard]] const DatabaseLocation &location() const { return m_location; }
    [[nodiscard]] const QString &role() const { return m_role; }

    /// To be called with what a PQsend function gave. Throws where it could not send.
    void requireSent(int isSent);

    /// The next result of what was sent; null where that was the last. A result may be an error of the server.
    /// Throws StorageError, and breaks the link, where there is none by the deadline (Unreachable), the connection is
    /// lost (Unreachable), or the server does not heed an interruption (Interrupted).
    [[nodiscard]] Result next(Clock::time_point deadline);
    /// Whether `next` would not wait from then on.
    [[nodiscard]] bool isReadyBy(Clock::time_point deadline);
    /// To be called after the last result: lets no cancelling hit the next statement.
    void endStatement();
    /// Sends several statements without values, and reads all results. The first error, or the last result.
    [[nodiscard]] Result execute(const QByteArray &sql, Clock::time_point deadline);

    /// Asks the server to end the statement. The results still have to be read, and may be those of one that ended
    /// before it was asked.
    void cancel();

    /// Has `next` end the statement. Thread-safe.
    void interrupt() noexcept;
    [[nodiscard]] bool isInterrupted() const noexcept { return m_isInterrupted; }
    void forgetInterruption() noexcept { m_isInterrupted = false; }

    /// Waits for a notification, or `interrupt`. False where there was neither by the deadline.
    [[nodiscard]] bool waitForNotification(Clock::time_point deadline);
    /// Reads what has come. Throws where the connection is lost.
    void look();
    /// -1 where the link is broken.
    [[nodiscard]] qintptr descriptor() const;

    /// Whether the result of the server is an error. Breaks the link where it is one that ends it.
    [[nodiscard]] std::optional<StorageError> errorOf(const pg_result *result);

private:
    class Cancelling;

    void configure(const DatabaseOptions &options, Clock::time_point deadline);
    WakePipe::Event waitForServer(Clock::time_point deadline);
    [[nodiscard]] Clock::time_point heeding(Clock::time_point deadline);
    [[noreturn]] void fail(const StorageError &error);
    void breakOff(const StorageError &error) noexcept;
    void collectNotifications();

    DatabaseLocation m_location;
    QString m_role;
    pg_conn *m_handle = nullptr;
    bool m_isEncrypted = false;
    WakePipe m_wakePipe;
    std::atomic_bool m_isInterrupted{false};
    std::shared_ptr<Cancelling> m_cancelling;
    Clock::time_point m_heedBy = WakePipe::kNever; ///< when the server must have heeded an interruption
    std::chrono::milliseconds m_answerTimeout;
    bool m_isNotified = false;
    std::optional<StorageError> m_whyBroken;
};

} // namespace andon
