// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresLink.h"

#include "core/storage/PostgresConnector.h"
#include "core/storage/PostgresDialect.h"

#include <libpq-fe.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <sys/socket.h>
#endif

namespace andon {

namespace {

using namespace std::chrono_literals;
using Clock = PostgresLink::Clock;

/// How long an interrupted statement may go on before the connection is given up.
constexpr auto kMostHeeding = 500ms;
/// What TLS has read ahead is not seen by who waits for the socket.
constexpr auto kLookAtEncrypted = 100ms;

// The keepalives are the server's: a client that is gone shall not hold its locks for hours. `synchronous_commit` is
// turned on where it is off, and else left as whoever administers the server wants it.
constexpr const char *kSession = "SET default_transaction_isolation = 'read committed';"
                                 "SET standard_conforming_strings = on;"
                                 "SET bytea_output = hex;"
                                 "SET client_min_messages = warning;"
                                 "SET TimeZone = 'UTC';"
                                 "SET tcp_keepalives_idle = 5;"
                                 "SET tcp_keepalives_interval = 2;"
                                 "SET tcp_keepalives_count = 3;"
                                 "SELECT set_config('synchronous_commit', 'on', false) "
                                 "WHERE current_setting('synchronous_commit') = 'off';";

Clock::time_point after(std::chrono::milliseconds time)
{
    return Clock::now() + time;
}

/// So that nothing that closing writes is waited for.
void shutDown(qintptr socket)
{
#ifdef Q_OS_WIN
    ::shutdown(static_cast<SOCKET>(socket), SD_BOTH);
#else
    ::shutdown(static_cast<int>(socket), SHUT_RDWR);
#endif
}

} // namespace

/// A request to cancel on its way. It takes a connection of its own, on which libpq blocks: a thread makes it, and is
/// left to itself where the server does not answer.
class PostgresLink::Cancelling
{
public:
    static std::shared_ptr<Cancelling> start(PGconn *connection)
    {
        auto cancelling = std::make_shared<Cancelling>();
        PGcancel *const request = PQgetCancel(connection);
        try {
            std::thread([cancelling, request] { cancelling->run(request); }).detach();
        } catch (const std::system_error &) {
            PQfreeCancel(request); // the statement ends by itself, or with the connection
            cancelling->m_hasEnded = true;
        }
        return cancelling;
    }

    /// Whether the server has dealt with it by then: what is sent later is not hit by it.
    bool wait(Clock::time_point deadline)
    {
        std::unique_lock lock(m_mutex);
        return m_ended.wait_until(lock, deadline, [this] { return m_hasEnded; });
    }

private:
    void run(PGcancel *request)
    {
        constexpr int kRoom = 256;
        std::array<char, kRoom> text{};
        PQcancel(request, text.data(), kRoom);
        PQfreeCancel(request);
        {
            const std::lock_guard lock(m_mutex);
            m_hasEnded = true;
        }
        m_ended.notify_all();
    }

    std::mutex m_mutex;
    std::condition_variable m_ended;
    bool m_hasEnded = false;
};

void PostgresLink::Clear::operator()(pg_result *result) const
{
    PQclear(result);
}

PostgresLink::PostgresLink(DatabaseLocation location, const DatabaseOptions &options)
    : m_location(std::move(location))
    , m_answerTimeout(options.answerTimeout)
{
    const Clock::time_point deadline = after(m_answerTimeout);
    m_handle = PostgresConnector(m_location, options).connect(deadline);
    PQsetnonblocking(m_handle, 1);
    PQsetErrorVerbosity(m_handle, PQERRORS_TERSE);
    try {
        configure(options, deadline);
    } catch (const StorageError &error) {
        breakOff(error);
        throw;
    }
}

PostgresLink::~PostgresLink()
{
    if (m_handle)
        PQfinish(m_handle);
}

void PostgresLink::configure(const DatabaseOptions &options, Clock::time_point deadline)
{
    m_role = QString::fromUtf8(PQuser(m_handle));
    m_isEncrypted = PQsslInUse(m_handle) != 0 || PQgssEncInUse(m_handle) != 0;
    const char *const encoding = PQparameterStatus(m_handle, "server_encoding");
    if (encoding && qstrcmp(encoding, "UTF8") != 0)
        throw StorageError(StorageProblem::Foreign,
                           QStringLiteral("The database %1 keeps text in %2, which cannot hold every text. Make one "
                                          "with ENCODING 'UTF8'.")
                               .arg(m_location.name(), QString::fromLatin1(encoding)));
    QByteArray settings = kSession;
    // 0 would be forever.
    settings += "SET lock_timeout = "
        + QByteArray::number(static_cast<qint64>(std::max(options.lockTimeout, 1ms).count())) + ';';
    if (options.access == DatabaseOptions::Access::ReadOnly)
        settings += "SET default_transaction_read_only = on;";
    const Result result = execute(settings, deadline);
    if (const std::optional<StorageError> error = errorOf(result.get()))
        fail(*error);
}

pg_conn *PostgresLink::handle() const
{
    if (!m_handle)
        throw m_whyBroken.value_or(PostgresDialect::lost(m_location, {}));
    return m_handle;
}

qintptr PostgresLink::descriptor() const
{
    return m_handle ? PQsocket(m_handle) : -1;
}

void PostgresLink::requireSent(int isSent)
{
    if (!isSent)
        fail(PostgresDialect::lost(m_location, QString::fromUtf8(PQerrorMessage(handle()))));
}

void PostgresLink::breakOff(const StorageError &error) noexcept
{
    if (!m_handle)
        return;
    shutDown(PQsocket(m_handle));
    PQfinish(m_handle);
    m_handle = nullptr;
    m_cancelling.reset();
    m_whyBroken = error.problem() == StorageProblem::Interrupted
        ? PostgresDialect::lost(m_location, QStringLiteral("given up, because a cancelled statement did not end"))
        : error;
}

void PostgresLink::fail(const StorageError &error)
{
    breakOff(error);
    throw error;
}

Clock::time_point PostgresLink::heeding(Clock::time_point deadline)
{
    if (m_isInterrupted && m_heedBy == WakePipe::kNever) {
        cancel();
        m_heedBy = after(kMostHeeding);
    }
    return std::min(deadline, m_heedBy);
}

WakePipe::Event PostgresLink::waitForServer(Clock::time_point deadline)
{
    const bool hasUnsent = PQflush(m_handle) == 1;
    const auto interest = hasUnsent ? WakePipe::Interest::ReadAndWrite : WakePipe::Interest::Read;
    const Clock::time_point until = m_isEncrypted ? std::min(deadline, after(kLookAtEncrypted)) : deadline;
    const WakePipe::Event event = m_wakePipe.wait(PQsocket(m_handle), interest, until);
    return event == WakePipe::Event::TimedOut && until < deadline ? WakePipe::Event::Ready : event;
}

PostgresLink::Result PostgresLink::next(Clock::time_point deadline)
{
    PGconn *const connection = handle();
    std::optional<Clock::time_point> began; // asking the clock takes as long as a row that is already here
    for (;;) {
        const Clock::time_point until = heeding(deadline);
        if (!PQisBusy(connection))
            return Result(PQgetResult(connection));
        if (!began)
            began = Clock::now();
        switch (waitForServer(until)) {
        case WakePipe::Event::TimedOut:
            if (m_isInterrupted)
                fail(PostgresDialect::interrupted(QStringLiteral("the server did not answer")));
            fail(PostgresDialect::silent(m_location,
                                         std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - *began)));
        case WakePipe::Event::Woken:
            break;
        case WakePipe::Event::Ready:
            if (!PQconsumeInput(connection)) {
                // The server may have said why before it closed the connection.
                Result last(PQgetResult(connection));
                if (last)
                    return last;
                fail(PostgresDialect::lost(m_location, QString::fromUtf8(PQerrorMessage(connection))));
            }
            break;
        }
    }
}

bool PostgresLink::isReadyBy(Clock::time_point deadline)
{
    PGconn *const connection = handle();
    while (PQisBusy(connection)) {
        if (Clock::now() >= deadline || waitForServer(deadline) != WakePipe::Event::Ready)
            return false;
        if (!PQconsumeInput(connection))
            return true; // `next` tells what is wrong
    }
    return true;
}

void PostgresLink::endStatement()
{
    const std::chrono::milliseconds patience = m_heedBy == WakePipe::kNever ? m_answerTimeout : kMostHeeding;
    if (m_cancelling && !m_cancelling->wait(after(patience)))
        breakOff(PostgresDialect::lost(m_location, QStringLiteral("given up, because a cancelling did not end")));
    m_cancelling.reset();
    m_heedBy = WakePipe::kNever;
    if (m_handle)
        collectNotifications();
}

PostgresLink::Result PostgresLink::execute(const QByteArray &sql, Clock::time_point deadline)
{
    requireSent(PQsendQuery(handle(), sql.constData()));
    Result said;
    while (Result result = next(deadline)) {
        if (!said || PQresultStatus(said.get()) != PGRES_FATAL_ERROR)
            said = std::move(result);
    }
    endStatement();
    return said;
}

void PostgresLink::cancel()
{
    if (!m_cancelling)
        m_cancelling = Cancelling::start(handle());
}

void PostgresLink::interrupt() noexcept
{
    m_isInterrupted = true;
    m_wakePipe.wake();
}

void PostgresLink::collectNotifications()
{
    while (PGnotify *notification = PQnotifies(m_handle)) {
        PQfreemem(notification);
        m_isNotified = true;
    }
}

void PostgresLink::look()
{
    if (!PQconsumeInput(handle()))
        fail(PostgresDialect::lost(m_location, QString::fromUtf8(PQerrorMessage(m_handle))));
    collectNotifications();
}

bool PostgresLink::waitForNotification(Clock::time_point deadline)
{
    look();
    while (!m_isNotified) {
        const WakePipe::Event event = waitForServer(deadline);
        if (event == WakePipe::Event::Ready)
            look();
        if (event != WakePipe::Event::Ready)
            break;
    }
    return std::exchange(m_isNotified, false);
}

std::optional<StorageError> PostgresLink::errorOf(const pg_result *result)
{
    if (result) {
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE)
            return std::nullopt;
    }
    const auto field = [result](int code) {
        return QString::fromUtf8(result ? PQresultErrorField(result, code) : nullptr);
    };
    const QString state = field(PG_DIAG_SQLSTATE);
    const bool isLost = m_handle && PQstatus(m_handle) == CONNECTION_BAD;
    const QString text = state.isEmpty() && result ? QString::fromUtf8(PQresultErrorMessage(result))
                                                   : field(PG_DIAG_MESSAGE_PRIMARY);
    StorageError error = isLost && state.isEmpty() ? PostgresDialect::lost(m_location, text)
                                                   : PostgresDialect::translate(state, text, m_location, m_role);
    if (isLost || error.problem() == StorageProblem::Unreachable)
        breakOff(error);
    return error;
}

} // namespace andon
