// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresConnection.h"

#include "core/storage/PostgresDialect.h"
#include "core/storage/PostgresStatement.h"
#include "core/storage/PostgresStream.h"

#include <libpq-fe.h>

#include <algorithm>

namespace andon {

namespace {

using namespace std::chrono_literals;
using Clock = PostgresLink::Clock;

constexpr int kBinary = 1;
/// A transaction that was interrupted is rolled back by then, or by closing the connection.
constexpr auto kMostRollingBack = 500ms;

/// COMMIT of a transaction that had failed is answered so, without an error (postgresql.org/docs/15/sql-commit.html).
bool isRolledBackInstead(const QString &sql, pg_result *result)
{
    return qstrcmp(PQcmdStatus(result), "ROLLBACK") == 0 && sql.trimmed().startsWith(u"COMMIT", Qt::CaseInsensitive);
}

qint64 changedRows(pg_result *result)
{
    return QByteArray(PQcmdTuples(result)).toLongLong();
}

/// 0 would be forever.
std::chrono::milliseconds lockTimeoutOf(const DatabaseOptions &options)
{
    return std::max(options.lockTimeout, 1ms);
}

} // namespace

/// Ends the visit's stream, however the visit ends.
class PostgresConnection::LiveStream
{
public:
    explicit LiveStream(PostgresConnection &connection)
        : m_stream(connection.m_link)
        , m_connection(connection)
    {
        m_connection.m_live = &m_stream;
        ++m_connection.m_visits;
    }

    ~LiveStream()
    {
        try {
            if (m_stream.isLive() && !m_connection.m_link.isBroken())
                m_stream.end(!m_connection.m_isInTransaction, m_connection.answerBy());
            if (m_connection.m_live == &m_stream)
                m_connection.finishStream(m_stream);
        } catch (const StorageError &) {
            // What the visitor has thrown is on its way to the caller; the next statement finds the link broken.
        }
        --m_connection.m_visits;
    }
    LiveStream(const LiveStream &) = delete;
    LiveStream &operator=(const LiveStream &) = delete;

    [[nodiscard]] PostgresStream &stream() { return m_stream; }

private:
    PostgresStream m_stream;
    PostgresConnection &m_connection;
};

std::unique_ptr<Connection> PostgresConnection::open(const DatabaseLocation &location, const DatabaseOptions &options)
{
    return std::make_unique<PostgresConnection>(location, options);
}

PostgresConnection::PostgresConnection(const DatabaseLocation &location, const DatabaseOptions &options)
    : m_options(options)
    , m_link(location, options)
    , m_lockTimeoutThere(lockTimeoutOf(options))
{
}

PostgresConnection::~PostgresConnection() = default;

template<typename Act>
auto PostgresConnection::orRollBack(const Act &act)
{
    try {
        return act();
    } catch (const StorageError &) {
        rollBack();
        throw;
    }
}

QString PostgresConnection::describe()
{
    // "15.18 (Debian 15.18-0+deb12u1)"
    const QString version = QString::fromUtf8(PQparameterStatus(m_link.handle(), "server_version"));
    return QStringLiteral("PostgreSQL %1").arg(version.section(u' ', 0, 0));
}

Clock::time_point PostgresConnection::answerBy() const
{
    return Clock::now() + m_options.answerTimeout + lockTimeoutOf(m_options);
}

std::unique_ptr<Connection::Result> PostgresConnection::run(const QString &sql, const QVariantList &values)
{
    return orRollBack([&] { return std::make_unique<PostgresResult>(execute(sql, values)); });
}

qint64 PostgresConnection::change(const QString &sql, const QVariantList &values)
{
    return orRollBack([&] { return changedRows(execute(sql, values).get()); });
}

qint64 PostgresConnection::insert(const QString &sql, const QVariantList &values, QLatin1String key)
{
    return orRollBack([&] {
        PostgresResult result(execute(sql + QStringLiteral(" RETURNING ") + key, values));
        return result.next() ? result.value(0).toLongLong() : qint64{0};
    });
}

void PostgresConnection::visit(const QString &sql, const QVariantList &values,
                               const std::function<bool(const StoredRow &)> &visit)
{
    orRollBack([&] {
        prepareToSend();
        send(sql, values, Fetch::RowByRow);
    });
    LiveStream live(*this);
    PostgresStream &stream = live.stream();
    bool wantsMore = true;
    orRollBack([&] {
        while (wantsMore && stream.next())
            wantsMore = visit(stream.row());
    });
    const bool mayCancel = !m_isInTransaction;
    orRollBack([&] {
        if (!wantsMore)
            stream.end(mayCancel, answerBy());
        if (m_live == &stream)
            finishStream(stream);
        if (stream.error() && (wantsMore || !mayCancel)) {
            m_statements.forget(sql);
            throw StorageError(*stream.error());
        }
    });
}

void PostgresConnection::visitFew(const QString &sql, const QVariantList &values,
                                  const std::function<bool(const StoredRow &)> &visit)
{
    PostgresRows rows(orRollBack([&] { return execute(sql, values); }));
    while (rows.next() && visit(rows.row())) {}
}

void PostgresConnection::runScript(const QByteArray &sql)
{
    orRollBack([&] {
        prepareToSend();
        executeText(sql, WakePipe::kNever);
    });
}

void PostgresConnection::begin()
{
    orRollBack([&] {
        prepareToSend();
        executeText("BEGIN", answerBy());
    });
}

void PostgresConnection::verifyAttached() const
{
    const pg_conn *const connection = m_link.handle();
    if (PQstatus(connection) != CONNECTION_OK)
        throw PostgresDialect::lost(m_link.location(), QString::fromUtf8(PQerrorMessage(connection)));
}

void PostgresConnection::resume()
{
    // As on SQLite, what interrupts a visit interrupts what its visitor does, too.
    if (m_visits == 0)
        m_link.forgetInterruption();
}

void PostgresConnection::listen(const QString &channel)
{
    QString name = channel;
    name.replace(u'"', QStringLiteral("\"\""));
    orRollBack([&] {
        prepareToSend();
        executeText("LISTEN \"" + name.toUtf8() + '"', answerBy());
    });
}

bool PostgresConnection::waitForNotification(std::chrono::milliseconds timeout)
{
    return orRollBack([&] {
        settle();
        return m_link.waitForNotification(Clock::now() + timeout);
    });
}

PostgresLink::Result PostgresConnection::execute(const QString &sql, const QVariantList &values)
{
    prepareToSend();
    send(sql, values, Fetch::Whole);
    PostgresLink::Result result = finish(answerBy());
    if (const std::optional<StorageError> error = m_link.errorOf(result.get())) {
        m_statements.forget(sql);
        throw StorageError(*error);
    }
    if (isRolledBackInstead(sql, result.get()))
        throw StorageError(StorageProblem::Refused,
                           QStringLiteral("The transaction was ended by an earlier error; nothing of it was stored."));
    return result;
}

void PostgresConnection::executeText(const QByteArray &sql, Clock::time_point deadline)
{
    const PostgresLink::Result result = m_link.execute(sql, deadline);
    noteEnd();
    if (const std::optional<StorageError> error = m_link.errorOf(result.get()))
        throw StorageError(*error);
}

/// Everything that must be at the server before the statement is.
void PostgresConnection::prepareToSend()
{
    settle();
    const QByteArray forgotten = m_statements.takeForgotten();
    if (!forgotten.isEmpty())
        executeText(forgotten, answerBy());
    const std::chrono::milliseconds wanted = lockTimeoutOf(m_options);
    if (m_lockTimeoutThere != wanted) {
        executeText("SET lock_timeout = " + QByteArray::number(static_cast<qint64>(wanted.count())), answerBy());
        m_lockTimeoutThere = wanted;
        m_wasLockTimeoutSetInside = m_isInTransaction;
    }
}

void PostgresConnection::send(const QString &sql, const QVariantList &list, Fetch fetch)
{
    const PostgresValues values(list);
    PostgresStatements::Entry &entry = m_statements.find(sql, values.types());
    if (entry.wasExecuted && !entry.isPrepared)
        prepare(entry);
    entry.wasExecuted = true;
    pg_conn *const connection = m_link.handle();
    if (entry.isPrepared)
        m_link.requireSent(PQsendQueryPrepared(connection, entry.name.constData(), values.count(), values.values(),
                                               values.lengths(), values.formats(), kBinary));
    else
        m_link.requireSent(PQsendQueryParams(connection, entry.text.constData(), values.count(), entry.types.data(),
                                             values.values(), values.lengths(), values.formats(), kBinary));
    if (fetch == Fetch::RowByRow)
        PQsetSingleRowMode(connection);
}

void PostgresConnection::prepare(PostgresStatements::Entry &entry)
{
    m_link.requireSent(PQsendPrepare(m_link.handle(), entry.name.constData(), entry.text.constData(),
                                     static_cast<int>(entry.types.size()), entry.types.data()));
    const PostgresLink::Result result = finish(answerBy());
    if (const std::optional<StorageError> error = m_link.errorOf(result.get())) {
        const QString sql = entry.sql;
        m_statements.forget(sql);
        throw StorageError(*error);
    }
    entry.isPrepared = true;
}

/// The error, or the last result.
PostgresLink::Result PostgresConnection::finish(Clock::time_point deadline)
{
    PostgresLink::Result said;
    while (PostgresLink::Result result = m_link.next(deadline)) {
        if (!said || PQresultStatus(said.get()) != PGRES_FATAL_ERROR)
            said = std::move(result);
    }
    m_link.endStatement();
    noteEnd();
    return said;
}

void PostgresConnection::settle()
{
    if (!m_live)
        return;
    PostgresStream &stream = *m_live;
    stream.settle();
    finishStream(stream);
    if (stream.error())
        throw StorageError(*stream.error());
}

void PostgresConnection::finishStream(PostgresStream &stream)
{
    Q_ASSERT(!stream.isLive() || m_link.isBroken());
    m_live = nullptr;
    m_link.endStatement();
    noteEnd();
}

/// After each statement: what it has made of the transaction.
void PostgresConnection::noteEnd()
{
    if (m_link.isBroken()) {
        m_isInTransaction = false;
        return;
    }
    const bool wasInTransaction = m_isInTransaction;
    m_isInTransaction = PQtransactionStatus(m_link.handle()) == PQTRANS_INTRANS;
    if (wasInTransaction && !m_isInTransaction && std::exchange(m_wasLockTimeoutSetInside, false))
        m_lockTimeoutThere.reset();
}

void PostgresConnection::rollBack() noexcept
{
    try {
        if (m_link.isBroken()) {
            m_isInTransaction = false;
            return;
        }
        const PGTransactionStatusType status = PQtransactionStatus(m_link.handle());
        if (status != PQTRANS_INTRANS && status != PQTRANS_INERROR)
            return;
        const bool isInterrupted = m_link.isInterrupted();
        m_link.forgetInterruption();
        m_isInTransaction = true; // a failed one is one until it has ended
        executeText("ROLLBACK", isInterrupted ? Clock::now() + kMostRollingBack : answerBy());
    } catch (const StorageError &) {
        m_isInTransaction = false; // the link is broken, and with it the transaction
    }
}

} // namespace andon
