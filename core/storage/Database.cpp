// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Database.h"

#include "core/storage/RawStatements.h"
#include "core/storage/SqlFunctions.h"
#include "core/storage/SqliteDialect.h"

#include <QFileInfo>
#include <QSqlDriver>
#include <QSqlError>
#include <QThread>
#include <QUrl>

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
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

QString uriOf(const DatabaseLocation &location, Database::Options options)
{
    const bool readOnly = options.access == Database::Access::ReadOnly;
    const QString mode = readOnly ? QStringLiteral("ro")
        : options.create          ? QStringLiteral("rwc")
                                  : QStringLiteral("rw");
    // Three slashes before a drive letter, as sqlite.org/uri.html asks.
    const QString path = location.path.startsWith(u'/') ? location.path : u'/' + location.path;
    return QStringLiteral("file://") + QString::fromLatin1(QUrl::toPercentEncoding(path, "/:"))
        + QStringLiteral("?mode=") + mode + (readOnly && options.isAtRest ? QStringLiteral("&immutable=1") : QString());
}

} // namespace

Statement::Statement(Database *database, QString sql, std::unique_ptr<QSqlQuery> query)
    : m_database(database)
    , m_sql(std::move(sql))
    , m_query(std::move(query))
{
}

Statement::~Statement()
{
    if (m_query) {
        m_query->finish();
        m_database->giveBack(m_sql, std::move(m_query));
    }
}

bool Statement::next()
{
    if (m_query->next())
        return true;
    if (m_query->lastError().isValid())
        throw m_database->translate(m_query->lastError());
    return false;
}

Database::Database(DatabaseLocation location, Options options)
    : m_location(std::move(location))
    , m_options(options)
    , m_connectionName(nextConnectionName())
    , m_idle(kMaxIdleStatements)
    , m_thread(QThread::currentThread())
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

Database::~Database()
{
    m_raw.reset();
    m_idle.clear();
    m_connection.close();
    m_connection = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_connectionName);
}

void Database::configure()
{
    const QVariant handle = m_connection.driver()->handle();
    auto *connection = *static_cast<sqlite3 *const *>(handle.constData());
    m_handle = connection;
    m_raw = std::make_unique<RawStatements>(connection);
    sqlite3_extended_result_codes(connection, 1);
    sqlite3_busy_handler(connection, &Database::onBusy, this);
    SqlFunctions::install(connection);
    // No program may reach sqlite_schema through a hostile trigger that it did not write itself.
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    scalar(QStringLiteral("SELECT count(*) FROM sqlite_master")); // finds out whether it is a database
    identify();
    if (!isReadOnly())
        runScript("PRAGMA synchronous=FULL;");
    // A stop shall not pay for the checkpoint of what others wrote, unless nobody else makes one.
    if (m_options.waiting == Waiting::Eager)
        runScript("PRAGMA wal_autocheckpoint=10000;");
}

void Database::identify()
{
    m_identity = FileIdentity::of(m_location.path);
    // What stands there by now need not be what was opened: the file may have been deleted or replaced in between.
    int hasMoved = 0;
    sqlite3_file_control(static_cast<sqlite3 *>(m_handle), "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved);
    if (!m_identity || hasMoved != 0)
        throw detached();
}

int Database::onBusy(void *self, int attempts)
{
    return static_cast<Database *>(self)->waitForLock(attempts);
}

int Database::waitForLock(int attempts) const
{
    const auto now = std::chrono::steady_clock::now();
    if (attempts == 0)
        m_waitingSince = now;
    if (m_isInterrupted || now - m_waitingSince >= m_options.lockTimeout)
        return 0;
    if (m_options.waiting == Waiting::Patient)
        std::this_thread::sleep_for(std::min(1ms * (attempts + 1), 20ms));
    else if (now - m_waitingSince < kSpinTime)
        std::this_thread::yield(); // a busy writer lets the lock go for some microseconds only
    else
        std::this_thread::sleep_for(20us);
    return 1;
}

void Database::begin()
{
    Q_ASSERT(QThread::currentThread() == m_thread);
    // A trigger's RAISE(ROLLBACK) or an inner rollback has ended the transaction: going on would
    // commit each further statement on its own.
    if (m_transactionDepth > 0 && !isInTransaction())
        throw StorageError(StorageProblem::Refused,
                           QStringLiteral("The transaction was ended by an earlier error; nothing of it was stored."));
    m_isInterrupted = false;
}

Statement Database::run(const QString &sql, const QVariantList &values)
{
    begin();
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
    return {this, sql, std::move(query)};
}

Database::Change Database::change(const QString &sql, const QVariantList &values)
{
    begin();
    const int code = m_raw->execute(sql, values);
    if (code != SQLITE_OK)
        throw translateCode(code);
    auto *connection = static_cast<sqlite3 *>(m_handle);
    return {sqlite3_last_insert_rowid(connection), sqlite3_changes(connection)};
}

void Database::visit(const QString &sql, const QVariantList &values,
                     const std::function<bool(const StoredRow &)> &visit)
{
    begin();
    const int code = m_raw->visit(sql, values, visit);
    if (code != SQLITE_OK)
        throw translateCode(code);
}

void Database::runScript(const QByteArray &sql)
{
    Q_ASSERT(QThread::currentThread() == m_thread);
    auto *connection = static_cast<sqlite3 *>(m_handle);
    const int code = sqlite3_exec(connection, sql.constData(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        throw translateCode(code);
}

QVariant Database::scalar(const QString &sql, const QVariantList &values)
{
    Statement statement = run(sql, values);
    return statement.next() ? statement.value(0) : QVariant();
}

bool Database::isInTransaction() const
{
    return sqlite3_get_autocommit(static_cast<sqlite3 *>(m_handle)) == 0;
}

void Database::verifyAttached() const
{
    if (FileIdentity::of(m_location.path) != m_identity)
        throw detached();
}

StorageError Database::detached() const
{
    return {StorageProblem::Detached,
            QStringLiteral("The database %1 was deleted or replaced while it was open. Put it back, or open the new "
                           "one on purpose.")
                .arg(m_location.path)};
}

void Database::interrupt()
{
    m_isInterrupted = true;
    sqlite3_interrupt(static_cast<sqlite3 *>(m_handle));
}

StorageError Database::translate(const QSqlError &error) const
{
    bool isNumber = false;
    int code = error.nativeErrorCode().toInt(&isNumber);
    if (!isNumber)
        code = sqlite3_extended_errcode(static_cast<sqlite3 *>(m_handle));
    return SqliteDialect::translate(code, error.databaseText(), m_location);
}

StorageError Database::translateCode(int code) const
{
    return SqliteDialect::translate(code, QString::fromUtf8(sqlite3_errmsg(static_cast<sqlite3 *>(m_handle))),
                                    m_location);
}

void Database::giveBack(const QString &sql, std::unique_ptr<QSqlQuery> query)
{
    if (!m_idle.contains(sql))
        m_idle.insert(sql, query.release());
}

Transaction::Transaction(Database &database)
    : m_database(database)
{
    if (m_database.m_transactionDepth == 0) {
        m_database.verifyAttached();
        m_database.run(QStringLiteral("BEGIN IMMEDIATE"));
    }
    ++m_database.m_transactionDepth;
}

Transaction::~Transaction()
{
    if (!m_open)
        return;
    --m_database.m_transactionDepth;
    // RAISE(ROLLBACK) in a trigger has ended the transaction already.
    if (m_database.isInTransaction()) {
        try {
            m_database.run(QStringLiteral("ROLLBACK"));
        } catch (const StorageError &error) {
            qWarning("Andon: rolling back failed: %s", error.what());
        }
    }
    if (m_database.m_transactionDepth == 0) {
        for (CommitStep *step : m_database.m_commitSteps)
            step->rolledBack();
    }
}

void Transaction::commit()
{
    if (m_database.m_transactionDepth == 1) {
        for (CommitStep *step : m_database.m_commitSteps)
            step->beforeCommit();
        m_database.run(QStringLiteral("COMMIT"));
    }
    --m_database.m_transactionDepth;
    m_open = false;
}

} // namespace andon
