// SPDX-License-Identifier: Apache-2.0
#include "tests/support/AuditLogFixture.h"

#include "core/audit/AuditRow.h"
#include "core/storage/Schema.h"
#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/TestServer.h"

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

/// On PostgreSQL, until the transaction ends: a trigger a row takes several times longer than the row.
const QString kWithoutTriggers = QStringLiteral("SET LOCAL session_replication_role = replica");

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
    : m_path(isOnPostgres() ? TestServer::shared().createDatabase() : m_folder.filePath(QStringLiteral("log.db")))
{
    Database::Options options;
    options.create = true;
    options.lockTimeout = std::chrono::milliseconds(10'000);
    m_database = std::make_unique<Database>(DatabaseLocation::parse(m_path), options);
    if (style != TimestampStyle::Utc && !isOnPostgres()) {
        m_database->runScript(kAgentTables);
        m_database->run(QStringLiteral("INSERT INTO action_audit_log(event_type, actor, timestamp) VALUES(?, ?, ?)"),
                        {QStringLiteral("proposed"), QStringLiteral("agent"), exampleOf(style)});
    }
    Schema::ensure(*m_database);
    if (style != TimestampStyle::Utc && isOnPostgres()) { // where nothing is adopted, but moved
        m_database->run(QStringLiteral("UPDATE andon_meta SET value = ? WHERE key = 'timestamp_style'"),
                        {styleName(style)});
        insert({RawEvent{{}, QStringLiteral("proposed"), {}, QStringLiteral("agent"), exampleOf(style)}});
    }
}

AuditLogFixture::~AuditLogFixture()
{
    m_database.reset();
    if (isOnPostgres())
        TestServer::shared().dropDatabases(m_path);
}

void AuditLogFixture::insert(const QList<RawEvent> &events)
{
    const QString next = QStringLiteral("INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, "
                                        "timestamp) VALUES(?, ?, ?, ?, ?)");
    const QString chosen = QStringLiteral("INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, "
                                          "timestamp, id) ")
        + withIds() + QStringLiteral(" VALUES(?, ?, ?, ?, ?, ?)");
    Transaction transaction(*m_database);
    constexpr qsizetype kMany = 1000;
    if (isOnPostgres() && events.size() > kMany)
        m_database->run(kWithoutTriggers);
    for (const RawEvent &event : events) {
        QVariantList values{event.proposalId, event.eventType, event.eventData, event.actor, event.timestamp};
        // A server keeps no bytes where text belongs: they are there as the text that they are to everybody else.
        if (isOnPostgres() && event.eventData.metaType().id() == QMetaType::QByteArray)
            values[2] = QString::fromUtf8(event.eventData.toByteArray());
        if (event.id > 0)
            values << event.id;
        m_database->run(event.id > 0 ? chosen : next, values);
    }
    transaction.commit();
    letIdsCatchUp();
}

void AuditLogFixture::letIdsCatchUp()
{
    if (isOnPostgres())
        ForeignClient(m_path).letIdsCatchUp();
}

QString AuditLogFixture::withIds()
{
    return isOnPostgres() ? QStringLiteral("OVERRIDING SYSTEM VALUE") : QString();
}

QString AuditLogFixture::timeText(const QString &seconds)
{
    return isOnPostgres()
        ? QStringLiteral("to_char(to_timestamp(%1) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')").arg(seconds)
        : QStringLiteral("strftime('%Y-%m-%dT%H:%M:%S', %1, 'unixepoch')").arg(seconds);
}

void AuditLogFixture::insertMany(const QString &sql, const QVariantList &values)
{
    Transaction transaction(*m_database);
    if (isOnPostgres())
        m_database->run(kWithoutTriggers);
    m_database->run(sql, values);
    transaction.commit();
    letIdsCatchUp();
}

void AuditLogFixture::fill(qint64 count)
{
    insertMany(
        QStringLiteral("WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                       "INSERT INTO action_audit_log(id, proposal_id, event_type, event_data, actor, timestamp) %2 "
                       "SELECT i, CASE WHEN i % 97 = 0 THEN NULL ELSE i / 4 + 1 END, "
                       "CASE WHEN i % 100000 = 7 THEN 'kill_switch' WHEN i % 1000 = 3 THEN 'failed' "
                       "WHEN i % 4 = 0 THEN 'proposed' WHEN i % 4 = 1 THEN 'validated' WHEN i % 4 = 2 THEN 'executing' "
                       "ELSE 'completed' END, "
                       "CASE WHEN i % 11 = 0 THEN NULL ELSE '{\"action_name\":\"transfer_leader\",\"region\":' "
                       "|| (i * 7919 % 100003) || "
                       "',\"reason\":\"leader imbalance on store ' || (i % 13) || '\"}' END, "
                       "CASE i % 5 WHEN 0 THEN 'system' ELSE 'agent' END, "
                       "%1 || '.118+00:00' FROM n")
            .arg(timeText(QStringLiteral("1767225600 + i")), withIds()),
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
