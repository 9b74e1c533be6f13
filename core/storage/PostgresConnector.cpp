// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresConnector.h"

#include "core/storage/PostgresDialect.h"
#include "core/storage/WakePipe.h"

#include <QHash>
#include <QMap>

#include <libpq-fe.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace andon {

namespace {

using Clock = std::chrono::steady_clock;
using Parameters = QMap<QByteArray, QByteArray>;

/// What a URI sets by itself. Throws InvalidInputError.
Parameters parse(const QString &uri)
{
    char *text = nullptr;
    PQconninfoOption *const options = PQconninfoParse(uri.toUtf8().constData(), &text);
    if (!options) {
        PQfreemem(text); // it quotes the URI
        throw InvalidInputError(QStringLiteral("%1 does not name a server. A server is named as "
                                               "postgresql://USER@HOST/DATABASE.")
                                    .arg(uri));
    }
    Parameters parameters;
    for (const PQconninfoOption *option = options; option->keyword; ++option) {
        if (option->val && *option->val)
            parameters.insert(option->keyword, option->val);
    }
    PQconninfoFree(options);
    if (parameters.contains("password") || parameters.contains("sslpassword"))
        throw InvalidInputError(QStringLiteral("The name of the database holds a password. Leave it out."));
    return parameters;
}

QByteArray number(std::chrono::milliseconds time)
{
    return QByteArray::number(static_cast<qint64>(time.count()));
}

/// What we want where the URI does not say it.
void addDefaults(Parameters &parameters, const DatabaseOptions &options)
{
    const bool isReadOnly = options.access == DatabaseOptions::Access::ReadOnly;
    const bool isStop = options.waiting == DatabaseOptions::Waiting::Eager;
    const QHash<QByteArray, QByteArray> wanted = {
        {"fallback_application_name", isStop ? "andon-stop" : "andon"},
        {"keepalives_idle", "5"},
        {"keepalives_interval", "2"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", number(options.answerTimeout)},
        {"target_session_attrs", isReadOnly ? "any" : "read-write"},
    };
    for (auto it = wanted.cbegin(); it != wanted.cend(); ++it) {
        if (!parameters.contains(it.key()))
            parameters.insert(it.key(), it.value());
    }
    parameters.insert("client_encoding", "UTF8");
}

QByteArray nth(const QByteArray &list, int index)
{
    const QList<QByteArray> items = list.split(',');
    return items.size() == 1 ? items.constFirst() : items.value(index);
}

/// The parameters of each host alone. One set where libpq is to choose among them: the hosts are not named in the URI
/// (but in a service file or the environment), or all have to be known before one is taken.
QList<Parameters> hostsOf(const Parameters &parameters)
{
    const qsizetype count = std::max(parameters.value("host").count(','), parameters.value("hostaddr").count(',')) + 1;
    if (count == 1 || parameters.value("target_session_attrs") == "prefer-standby")
        return {parameters};
    QList<Parameters> hosts;
    for (int i = 0; i < count; ++i) {
        Parameters host = parameters;
        for (const char *key : {"host", "hostaddr", "port"}) {
            if (host.contains(key))
                host.insert(key, nth(parameters.value(key), i));
        }
        hosts << host;
    }
    return hosts;
}

/// One host, tried by a thread of its own.
class Attempt
{
public:
    explicit Attempt(Parameters parameters, Clock::time_point deadline)
        : m_parameters(std::move(parameters))
        , m_deadline(deadline)
    {
    }

    ~Attempt() { PQfinish(m_connection); }
    Attempt(const Attempt &) = delete;
    Attempt &operator=(const Attempt &) = delete;

    void run()
    {
        PGconn *const connection = start();
        const bool isDone = connection && poll(connection);
        {
            const std::lock_guard lock(m_mutex);
            m_connection = connection;
            m_isConnected = isDone;
            m_hasEnded = true;
        }
        m_ended.notify_all();
    }

    /// Whether it has ended by then.
    bool wait()
    {
        std::unique_lock lock(m_mutex);
        return m_ended.wait_until(lock, m_deadline, [this] { return m_hasEnded; });
    }

    [[nodiscard]] bool isConnected() const { return m_isConnected; }
    [[nodiscard]] PGconn *take() { return std::exchange(m_connection, nullptr); }
    [[nodiscard]] QString role() const { return QString::fromUtf8(m_connection ? PQuser(m_connection) : nullptr); }
    [[nodiscard]] QString text() const { return QString::fromUtf8(m_connection ? PQerrorMessage(m_connection) : ""); }

    [[nodiscard]] bool isStandby() const
    {
        const char *const standby = m_connection ? PQparameterStatus(m_connection, "in_hot_standby") : nullptr;
        return (standby && qstrcmp(standby, "on") == 0) || text().contains(u"session is read-only");
    }

private:
    [[nodiscard]] PGconn *start() const
    {
        std::vector<const char *> keys;
        std::vector<const char *> values;
        for (auto it = m_parameters.cbegin(); it != m_parameters.cend(); ++it) {
            keys.push_back(it.key().constData());
            values.push_back(it.value().constData());
        }
        keys.push_back(nullptr);
        values.push_back(nullptr);
        PGconn *const connection = PQconnectStartParams(keys.data(), values.data(), 0);
        if (connection) {
            PQsetNoticeProcessor(
                connection, [](void *, const char *) {}, nullptr);
            // With the SQLSTATE, which tells one refusal from another in any language.
            PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
        }
        return connection;
    }

    bool poll(PGconn *connection) const
    {
        WakePipe nobodyWakes;
        if (PQstatus(connection) == CONNECTION_BAD)
            return false;
        PostgresPollingStatusType status = PGRES_POLLING_WRITING;
        while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
            const auto interest = status == PGRES_POLLING_WRITING ? WakePipe::Interest::ReadAndWrite
                                                                  : WakePipe::Interest::Read;
            if (nobodyWakes.wait(PQsocket(connection), interest, m_deadline) == WakePipe::Event::TimedOut)
                return false;
            status = PQconnectPoll(connection);
        }
        return status == PGRES_POLLING_OK;
    }

    Parameters m_parameters;
    Clock::time_point m_deadline;
    std::mutex m_mutex;
    std::condition_variable m_ended;
    bool m_hasEnded = false;
    bool m_isConnected = false;
    PGconn *m_connection = nullptr;
};

} // namespace

PostgresConnector::PostgresConnector(DatabaseLocation location, const DatabaseOptions &options)
    : m_location(std::move(location))
    , m_options(options)
{
}

PGconn *PostgresConnector::connect(Clock::time_point deadline) const
{
    Parameters parameters = parse(m_location.uri);
    addDefaults(parameters, m_options);
    const QList<Parameters> hosts = hostsOf(parameters);
    std::optional<StorageError> refused;
    QString standby;
    for (qsizetype i = 0; i < hosts.size(); ++i) {
        const auto share = (deadline - Clock::now()) / (hosts.size() - i);
        const auto attempt = std::make_shared<Attempt>(hosts.at(i), Clock::now() + share);
        try {
            std::thread([attempt] { attempt->run(); }).detach();
        } catch (const std::system_error &error) {
            throw StorageError(StorageProblem::Other,
                               QStringLiteral("This machine has no thread left to connect to %1. Close programs.")
                                   .arg(m_location.name()),
                               QString::fromUtf8(error.what()));
        }
        if (!attempt->wait())
            continue;
        if (attempt->isConnected())
            return attempt->take();
        if (attempt->isStandby())
            standby = attempt->text();
        else if (!attempt->text().isEmpty())
            refused = PostgresDialect::refusedConnection(attempt->text(), m_location, attempt->role());
    }
    if (!standby.isNull())
        throw PostgresDialect::onlyStandbys(m_location, standby);
    throw refused.value_or(PostgresDialect::silent(m_location, m_options.answerTimeout));
}

} // namespace andon
