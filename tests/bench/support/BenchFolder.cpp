// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/BenchFolder.h"

#include "core/storage/Database.h"

#include <QCoreApplication>
#include <QDir>

#include <stdexcept>

namespace andon::bench {

namespace {

QString parentFolder()
{
    const QString named = qEnvironmentVariable("ANDON_BENCH_FOLDER");
    return named.isEmpty() ? QCoreApplication::applicationDirPath() : named;
}

/// The rows come into the database file itself, so that the measurement does not begin with a long log.
void checkpoint(Database &database)
{
    database.scalar(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
}

} // namespace

BenchFolder::BenchFolder()
    : m_folder(parentFolder() + QStringLiteral("/data-XXXXXX"))
{
    if (!m_folder.isValid())
        throw std::runtime_error(m_folder.errorString().toStdString());
}

DatabaseLocation BenchFolder::database(const QString &name) const
{
    return DatabaseLocation::parse(m_folder.filePath(name));
}

void fillPending(Database &database, qint64 count)
{
    if (count < 1)
        return;
    Transaction transaction(database);
    database.run(QStringLiteral(
                     "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                     "INSERT INTO action_proposals(action_name, parameters, reason, status, proposed_at, agent_id) "
                     "SELECT 'transfer_leader', '{\"region\": ' || i || ', \"to_store\": ' || (i % 7) || '}', "
                     "'leader imbalance on store ' || (i % 7), CASE i % 2 WHEN 0 THEN 'proposed' ELSE 'validated' END, "
                     "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), 'agent-' || (i % 9) FROM n"),
                 {count});
    transaction.commit();
    checkpoint(database);
}

void fillEvents(Database &database, qint64 count)
{
    if (count < 1)
        return;
    Transaction transaction(database);
    database.run(
        QStringLiteral(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
            "SELECT CASE WHEN i % 1009 = 0 THEN NULL ELSE i / 4 + 1 END, "
            "CASE WHEN i % 1009 = 0 THEN 'mode_change' WHEN i % 50 = 3 THEN 'failed' ELSE "
            "CASE i % 4 WHEN 0 THEN 'proposed' WHEN 1 THEN 'validated' WHEN 2 THEN 'executing' ELSE 'completed' END END, "
            "CASE WHEN i = 17 THEN '{\"error\": \"disk failure on store 3\"}' "
            "WHEN i % 1000 = 3 THEN '{\"duration_ms\": 30000, \"error\": \"connection timeout to store ' || (i % 7) || '\"}' "
            "ELSE '{\"action_name\": \"transfer_leader\", \"parameters\": {\"region\": ' || (i * 7919 % 100000) || "
            "', \"to_store\": ' || (i % 7) || '}, \"reason\": \"leader imbalance on store ' || (i % 7) || '\"}' END, "
            "CASE WHEN i % 1009 = 0 THEN 'user' WHEN i % 4 = 1 THEN 'system' ELSE 'agent' END, "
            "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-' || ((? - i) * 0.09) || ' seconds') FROM n"),
        {count, count});
    transaction.commit();
    checkpoint(database);
}

} // namespace andon::bench
