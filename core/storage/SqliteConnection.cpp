// SPDX-License-Identifier: Apache-2.0
#include "core/storage/SqliteConnection.h"

#include "core/storage/RawStatements.h"
#include "core/storage/SqlFunctions.h"
#include "core/storage/SqliteDialect.h"

#include <QFileInfo>
#include <QSqlDriver>
#include <QSqlError>
#include <QUrl>

#include <sqlite3.h>

#include <algorithm>
#include <thread>

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr qsizetype kMaxIdleStatements = 64;
/// How long an eager connection asks for the lock without a pause, before it spares the processor.
constexpr auto kSpinTime = 20ms;

QString nextConnectionName()
{
    static std::atomic<quint64> counter{0};
    return QStringLiteral("andon-%1").arg(++counter);
}

QString uriOf(const DatabaseLocation &location, const DatabaseOptions &options)
{
    const bool readOnly = options.access == DatabaseOptions::Access::ReadOnly;
    const QString mode = readOnly ? QStringLiteral("ro")
        : options.create          ? QStringLiteral("rwc")
                                  : QStringLiteral("rw");
    // Three slashes before a drive letter, as sqlite.org/uri.html asks.
    const QString path = location.path.startsWith(u'/') ? location.path : u'/' + location.path;
    return QStringLiteral("file://") + QString::fromLatin1(QUrl::toPercentEncoding(path, "/:"))
        + QStringLiteral("?mode=") + mode + (readOnly && options.isAtRest ? QStringLiteral("&immutable=1") : QString());
}

} // namespace

/// Ends the statement when it goes, so that no half-read SELECT holds a read transaction
/// (sqlite.org/wal.html, "checkpoint starvation").
class SqliteConnection::QueryResult : public Result
{
public:
    QueryResult(SqliteConnection &connection, QString sql, std::unique_ptr<QSqlQuery> query)
        : m_connection(connection)
        , m_sql(std::move(sql))
        , m_query(std::move(query))
    {
    }

    ~QueryResult() override
    {
        m_query->finish();
        m_connection.giveBack(m_sql, std::move(m_query));
    }
    QueryResult(const QueryResult &) = delete;
    QueryResult &operator=(const QueryResult &) = delete;

    bool next() override
    {
        if (m_query->next())
            return true;
        if (m_query->lastError().isValid())
            throw m_connection.translate(m_query->lastError());
        return false;
    }

    [[nodiscard]] QVariant value(int column) const override { return m_query->value(column); }
    [[nodiscard]] qint64 affectedRows() const override { return m_query->numRowsAffected(); }

private:
    SqliteConnection &m_connection;
    QString m_sql;
    std::unique_ptr<QSqlQuery> m_query;
};

SqliteConnection::SqliteConnection(DatabaseLocation location, const DatabaseOptions &options)
    : m_location(std::move(location))
    , m_options(options)
    , m_connectionName(nextConnectionName())
    , m_idle(kMaxIdleStatements)
{
    const QFileInfo file(m_location.path);
    if (file.exists() && !file.isFile())
        throw StorageError(StorageProblem::Foreign,
                           QStringLiteral("%1 is not a file, so it cannot be a database.").arg(m_location.path));
    if (!file.exists() && !m_options.create)
        throw StorageError(StorageProblem::Unreachable,
                           QStringLiteral("There is no database at %1.").arg(m_location.path));

    m_connection = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connectionName);
    m_connection.setConnectOptions(QStringLiteral("QSQLITE_OPEN_URI"));
    m_connection.setDatabaseName(uriOf(m_location, m_options));
    try {
        if (!m_connection.isValid())
            throw StorageError(
                StorageProblem::Other,
                QStringLiteral("Qt's SQLite driver (QSQLITE) is not installed. Install it and start again."));
        if (!m_connection.open())
            throw StorageError(StorageProblem::Unreachable,
                               QStringLiteral("The database %1 cannot be opened. Check that the folder exists and "
                                              "that you may read and write it.")
                                   .arg(m_location.path),
                               m_connection.lastError().text());
        configure();
    } catch (...) {
        m_raw.reset();
        m_idle.clear();
        m_connection = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_connectionName);
        throw;
    }
}

SqliteConnection::~SqliteConnection()
{
    m_raw.reset();
    m_idle.clear();
    m_connection.close();
    m_connection = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connectionName);
}

void SqliteConnection::configure()
{
    const QVariant handle = m_connection.driver()->handle();
    m_handle = *static_cast<sqlite3 *const *>(handle.constData());
    m_raw = std::make_unique<RawStatements>(m_handle);
    sqlite3_extended_result_codes(m_handle, 1);
    sqlite3_busy_handler(m_handle, &SqliteConnection::onBusy, this);
    SqlFunctions::install(m_handle);
    // No program may reach sqlite_schema through a hostile trigger that it did not write itself.
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    execute(QStringLiteral("SELECT count(*) FROM sqlite_master"), {}); // finds out whether it is a database
    identify();
    if (m_options.access != DatabaseOptions::Access::ReadOnly)
        runScript("PRAGMA synchronous=FULL;");
    // A stop shall not pay for the checkpoint of what others wrote, unless nobody else makes one.
    if (m_options.waiting == DatabaseOptions::Waiting::Eager)
        runScript("PRAGMA wal_autocheckpoint=10000;");
}

QString SqliteConnection::describe()
{
    const std::unique_ptr<Result> journal = run(QStringLiteral("PRAGMA journal_mode"), {});
    return QStringLiteral("SQLite %1, %2 journal")
        .arg(SqliteDialect::engineVersion(), journal->next() ? journal->value(0).toString() : QString());
}

void SqliteConnection::identify()
{
    m_identity = FileIdentity::of(m_location.path);
    // What stands there by now need not be what was opened: the file may have been deleted or replaced in between.
    int hasMoved = 0;
    sqlite3_file_control(m_handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved);
    if (!m_identity || hasMoved != 0)
        throw detached();
}

int SqliteConnection::onBusy(void *self, int attempts)
{
    return static_cast<SqliteConnection *>(self)->waitForLock(attempts);
}

int SqliteConnection::waitForLock(int attempts) const
{
    const auto now = std::chrono::steady_clock::now();
    if (attempts == 0)
        m_waitingSince = now;
    if (m_isInterrupted || now - m_waitingSince >= m_options.lockTimeout)
        return 0;
    if (m_options.waiting == DatabaseOptions::Waiting::Patient)
        std::this_thread::sleep_for(std::min(1ms * (attempts + 1), 20ms));
    else if (now - m_waitingSince < kSpinTime)
        std::this_thread::yield(); // a busy writer lets the lock go for some microseconds only
    else
        std::this_thread::sleep_for(20us);
    return 1;
}

std::unique_ptr<Connection::Result> SqliteConnection::run(const QString &sql, const QVariantList &values)
{
    std::unique_ptr<QSqlQuery> query(m_idle.take(sql));
    if (!query) {
        query = std::make_unique<QSqlQuery>(m_connection);
        query->setForwardOnly(true);
        if (!query->prepare(sql))
            throw translate(query->lastError());
    }
    for (int i = 0; i < values.size(); ++i)
        query->bindValue(i, values.at(i));
    if (!query->exec())
        throw translate(query->lastError());
    return std::make_unique<QueryResult>(*this, sql, std::move(query));
}

void SqliteConnection::execute(const QString &sql, const QVariantList &values)
{
    const int code = m_raw->execute(sql, values);
    if (code != SQLITE_OK)
        throw translateCode(code);
}

qint64 SqliteConnection::change(const QString &sql, const QVariantList &values)
{
    execute(sql, values);
    return sqlite3_changes(m_handle);
}

qint64 SqliteConnection::insert(const QString &sql, const QVariantList &values, QLatin1String)
{
    execute(sql, values);
    return sqlite3_last_insert_rowid(m_handle);
}

void SqliteConnection::visit(const QString &sql, const QVariantList &values,
                             const std::function<bool(const StoredRow &)> &visit)
{
    const int code = m_raw->visit(sql, values, visit);
    if (code != SQLITE_OK)
        throw translateCode(code);
}

void SqliteConnection::runScript(const QByteArray &sql)
{
    const int code = sqlite3_exec(m_handle, sql.constData(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        throw translateCode(code);
}

void SqliteConnection::begin()
{
    execute(QStringLiteral("BEGIN IMMEDIATE"), {});
}

bool SqliteConnection::isInTransaction() const
{
    return sqlite3_get_autocommit(m_handle) == 0;
}

void SqliteConnection::verifyAttached() const
{
    if (FileIdentity::of(m_location.path) != m_identity)
        throw detached();
}

StorageError SqliteConnection::detached() const
{
    return {StorageProblem::Detached,
            QStringLiteral("The database %1 was deleted or replaced while it was open. Put it back, or open the new "
                           "one on purpose.")
                .arg(m_location.path)};
}

void SqliteConnection::interrupt()
{
    m_isInterrupted = true;
    sqlite3_interrupt(m_handle);
}

StorageError SqliteConnection::translate(const QSqlError &error) const
{
    bool isNumber = false;
    int code = error.nativeErrorCode().toInt(&isNumber);
    if (!isNumber)
        code = sqlite3_extended_errcode(m_handle);
    return SqliteDialect::translate(code, error.databaseText(), m_location);
}

StorageError SqliteConnection::translateCode(int code) const
{
    return SqliteDialect::translate(code, QString::fromUtf8(sqlite3_errmsg(m_handle)), m_location);
}

void SqliteConnection::giveBack(const QString &sql, std::unique_ptr<QSqlQuery> query)
{
    if (!m_idle.contains(sql))
        m_idle.insert(sql, query.release());
}

} // namespace andon
