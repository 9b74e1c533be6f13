// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Database.h"

#include <QThread>

namespace andon {

Database::Database(DatabaseLocation location, const Options &options)
    : m_location(std::move(location))
    , m_options(options)
    , m_connection(Connection::open(m_location, m_options))
    , m_thread(QThread::currentThread())
{
}

Database::~Database() = default;

void Database::prepareForStatement()
{
    Q_ASSERT(QThread::currentThread() == m_thread);
    // A trigger's RAISE(ROLLBACK), an inner rollback, or any error on a server has ended the transaction: going on
    // would commit each further statement on its own.
    if (m_transactionDepth > 0 && !isInTransaction())
        throw StorageError(StorageProblem::Refused,
                           QStringLiteral("The transaction was ended by an earlier error; nothing of it was stored."));
    m_connection->resume();
}

Statement Database::run(const QString &sql, const QVariantList &values)
{
    prepareForStatement();
    return Statement(m_connection->run(sql, values));
}

qint64 Database::change(const QString &sql, const QVariantList &values)
{
    prepareForStatement();
    return m_connection->change(sql, values);
}

qint64 Database::insert(const QString &sql, const QVariantList &values, QLatin1String key)
{
    prepareForStatement();
    return m_connection->insert(sql, values, key);
}

void Database::visit(const QString &sql, const QVariantList &values,
                     const std::function<bool(const StoredRow &)> &visit)
{
    prepareForStatement();
    m_connection->visit(sql, values, visit);
}

void Database::visitFew(const QString &sql, const QVariantList &values,
                        const std::function<bool(const StoredRow &)> &visit)
{
    prepareForStatement();
    m_connection->visitFew(sql, values, visit);
}

void Database::runScript(const QByteArray &sql)
{
    prepareForStatement();
    m_connection->runScript(sql);
}

QVariant Database::scalar(const QString &sql, const QVariantList &values)
{
    Statement statement = run(sql, values);
    return statement.next() ? statement.value(0) : QVariant();
}

void Database::setLockTimeout(std::chrono::milliseconds timeout)
{
    m_options.lockTimeout = timeout;
    m_connection->setLockTimeout(timeout);
}

void Database::listen(const QString &channel)
{
    prepareForStatement();
    m_connection->listen(channel);
}

bool Database::waitForNotification(std::chrono::milliseconds timeout)
{
    Q_ASSERT(QThread::currentThread() == m_thread);
    return m_connection->waitForNotification(timeout);
}

Transaction::Transaction(Database &database)
    : m_database(database)
{
    if (m_database.m_transactionDepth == 0) {
        m_database.verifyAttached();
        m_database.prepareForStatement();
        m_database.m_connection->begin();
    }
    ++m_database.m_transactionDepth;
}

Transaction::~Transaction()
{
    if (!m_open)
        return;
    --m_database.m_transactionDepth;
    // RAISE(ROLLBACK) in a trigger, or an error on a server, has ended the transaction already.
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
