// SPDX-License-Identifier: Apache-2.0
#include "core/audit/seal/SettledLog.h"

#include "core/storage/Database.h"

#include <algorithm>
#include <limits>
#include <thread>

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr auto kLook = 2ms;

const QString kNewestId = QStringLiteral("SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence("
                                         "'action_audit_log', 'id')::regclass), 0)");
/// As pg_locks names a transaction that has no number yet. A partition may be written to by itself.
const QString kWriters = QStringLiteral(
    "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE granted AND pid <> pg_backend_pid() "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') "
    "AND relation IN (SELECT 'action_audit_log'::regclass UNION ALL "
    "SELECT inhrelid FROM pg_inherits WHERE inhparent = 'action_audit_log'::regclass)");

} // namespace

SettledLog::SettledLog(Database &database)
    : m_database(database)
{
}

QStringList SettledLog::writers()
{
    QStringList found;
    Statement rows = m_database.run(kWriters);
    while (rows.next())
        found << rows.text(0);
    return found;
}

void SettledLog::begin()
{
    // In this order: who had its id before the look holds the lock in the look after.
    m_candidate = EventId(m_database.scalar(kNewestId).toLongLong());
    m_awaited = writers();
}

EventId SettledLog::newest(std::chrono::milliseconds patience)
{
    if (m_database.engine() == SqlEngine::Sqlite)
        return EventId(std::numeric_limits<qint64>::max());
    const auto until = std::chrono::steady_clock::now() + patience;
    if (m_awaited.isEmpty())
        begin();
    for (;;) {
        if (!m_awaited.isEmpty()) {
            const QStringList present = writers();
            m_awaited.removeIf([&present](const QString &one) { return !present.contains(one); });
        }
        if (m_awaited.isEmpty()) {
            m_settled = std::max(m_settled, m_candidate);
            return m_settled;
        }
        if (std::chrono::steady_clock::now() >= until)
            return m_settled;
        std::this_thread::sleep_for(kLook);
    }
}

} // namespace andon
