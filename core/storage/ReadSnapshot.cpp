// SPDX-License-Identifier: Apache-2.0
#include "core/storage/ReadSnapshot.h"

#include "core/storage/Database.h"

namespace andon {

ReadSnapshot::ReadSnapshot(Database &database)
    : m_database(database)
{
    begin();
    if (m_database.engine() == SqlEngine::PostgreSql)
        m_name = m_database.scalar(QStringLiteral("SELECT pg_export_snapshot()")).toString();
    else // BEGIN alone looks at nothing yet
        static_cast<void>(m_database.scalar(QStringLiteral("SELECT count(*) FROM sqlite_schema")));
}

ReadSnapshot::ReadSnapshot(Database &database, const QString &shared)
    : m_database(database)
    , m_name(shared)
{
    begin();
    if (m_database.engine() == SqlEngine::PostgreSql)
        m_database.run(QStringLiteral("SET TRANSACTION SNAPSHOT '%1'").arg(m_name));
    else
        static_cast<void>(m_database.scalar(QStringLiteral("SELECT count(*) FROM sqlite_schema")));
}

void ReadSnapshot::begin()
{
    if (m_database.engine() == SqlEngine::Sqlite) {
        m_database.run(QStringLiteral("BEGIN"));
        return;
    }
    m_database.run(QStringLiteral("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
    // The connection whose view it is waits long while others read.
    m_database.run(QStringLiteral("SET LOCAL idle_in_transaction_session_timeout = 0"));
}

ReadSnapshot::~ReadSnapshot()
{
    if (!m_database.isInTransaction())
        return;
    try {
        m_database.run(QStringLiteral("ROLLBACK"));
    } catch (const StorageError &) {
        // Whoever has it open next finds the connection lost, or the interruption that ended this.
    }
}

} // namespace andon
