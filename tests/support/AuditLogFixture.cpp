// SPDX-License-Identifier: Apache-2.0
#include "tests/support/AuditLogFixture.h"

#include "core/audit/AuditRow.h"
#include "core/storage/Schema.h"

#include <ctime>

namespace andon::test {

namespace {

/// What an agent that has never heard of Andon makes for itself.
constexpr char kAgentTables[] = R"(
CREATE TABLE action_audit_log (id INTEGER PRIMARY KEY AUTOINCREMENT, proposal_id INTEGER, event_type TEXT NOT NULL,
    event_data TEXT, actor TEXT NOT NULL, timestamp TEXT NOT NULL, created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE action_proposals (id INTEGER PRIMARY KEY AUTOINCREMENT, action_name TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'proposed');
)";

QString exampleOf(TimestampStyle style)
{
    return style == TimestampStyle::NaiveLocal ? QStringLiteral("2020-01-01T00:00:00.123456")
                                               : QStringLiteral("2020-01-01 00:00:00");
}

void applyZone()
{
#ifndef Q_OS_WIN
    tzset();
#endif
}

} // namespace

AuditLogFixture::AuditLogFixture(TimestampStyle style)
{
    Database::Options options;
    options.create = true;
    options.lockTimeout = std::chrono::milliseconds(10'000);
    m_database = std::make_unique<Database>(DatabaseLocation::parse(path()), options);
    if (style != TimestampStyle::Utc) {
        m_database->runScript(kAgentTables);
        m_database->run(QStringLiteral("INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES(?, ?, ?)"),
                        {QStringLiteral("proposed"), QStringLiteral("agent"), exampleOf(style)});
    }
    Schema::ensure(*m_database);
}

void AuditLogFixture::insert(const QList<RawEvent> &events)
{
    const QString sql = QStringLiteral("INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, "
                                       "timestamp) VALUES(?, ?, ?, ?, ?, ?)");
    Transaction transaction(*m_database);
    for (const RawEvent &event : events)
        m_database->run(sql,
                        {event.id > 0 ? QVariant(event.id) : QVariant(), event.proposalId, event.eventType,
                         event.eventData, event.actor, event.timestamp});
    transaction.commit();
}

void AuditLogFixture::fill(qint64 count)
{
    m_database->run(
        QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                       "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp) "
                       "SELECT i, CASE WHEN i % 97 = 0 THEN NULL ELSE i / 4 + 1 END, "
                       "CASE WHEN i % 100000 = 7 THEN 'kill_switch' WHEN i % 1000 = 3 THEN 'failed' "
                       "WHEN i % 4 = 0 THEN 'proposed' WHEN i % 4 = 1 THEN 'validated' WHEN i % 4 = 2 THEN 'executing' "
                       "ELSE 'completed' END, "
                       "CASE WHEN i % 11 = 0 THEN NULL ELSE '{\"action_name\":\"transfer_leader\",\"region\":' "
                       "|| (i * 7919 % 100003) || "
                       "',\"reason\":\"leader imbalance on store ' || (i % 13) || '\"}' END, "
                       "CASE i % 5 WHEN 0 THEN 'system' ELSE 'agent' END, "
                       "strftime('%Y-%m-%dT%H:%M:%S', 1767225600 + i, 'unixepoch') || '.118+00:00' FROM n"),
        {count});
}

QList<AuditEvent> AuditLogFixture::everything(TimestampStyle style)
{
    QList<AuditEvent> events;
    Statement rows = m_database->run(QStringLiteral("SELECT ") + AuditRow::kColumns
                                     + QStringLiteral(" FROM action_audit_log ORDER BY id DESC"));
    while (rows.next())
        events << AuditRow::read(rows, style);
    return events;
}

ZoneChange::ZoneChange(const QByteArray &zone)
    : m_before(qgetenv("TZ"))
    , m_wasSet(qEnvironmentVariableIsSet("TZ"))
{
    qputenv("TZ", zone);
    applyZone();
}

ZoneChange::~ZoneChange()
{
    if (m_wasSet)
        qputenv("TZ", m_before);
    else
        qunsetenv("TZ");
    applyZone();
}

} // namespace andon::test
