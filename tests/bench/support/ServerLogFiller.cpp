// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/ServerLogFiller.h"

#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/InventedEvents.h"

#include <QDate>

#include <libpq-fe.h>

#include <stdexcept>

namespace andon::bench {

namespace {

constexpr qsizetype kBufferBytes = 1 << 20;
constexpr std::size_t kDateChars = 10;
constexpr std::size_t kTimeAt = 11;
constexpr std::size_t kTimeChars = 8;
constexpr std::size_t kMonthChars = 7;

QByteArray tableOf(QByteArray month)
{
    return "action_audit_log_" + month.replace('-', '_');
}

void append(QByteArray &line, std::string_view text)
{
    line.append(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

ServerLogFiller::ServerLogFiller(const QString &uri)
    : m_connection(PQconnectdb(uri.toUtf8().constData()))
{
    if (PQstatus(m_connection) != CONNECTION_OK)
        fail();
    execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SET client_min_messages = warning");
}

ServerLogFiller::~ServerLogFiller()
{
    PQfinish(m_connection);
}

void ServerLogFiller::fail()
{
    throw std::runtime_error(std::string("filling the log: ") + PQerrorMessage(m_connection));
}

void ServerLogFiller::execute(const QByteArray &sql)
{
    PGresult *const result = PQexec(m_connection, sql.constData());
    const ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)
        fail();
}

void ServerLogFiller::beginMonth(const QByteArray &month)
{
    m_month = month;
    const QByteArray table = tableOf(month);
    execute("BEGIN");
    execute("DROP TABLE IF EXISTS " + table); // of the months from now on, the schema has made empty ones
    execute("CREATE TABLE " + table + " (LIKE action_audit_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS)");
    execute("COPY " + table + " (id, proposal_id, event_type, event_data, actor, timestamp, created_at) FROM STDIN");
}

void ServerLogFiller::send()
{
    if (PQputCopyData(m_connection, m_lines.constData(), static_cast<int>(m_lines.size())) != 1)
        fail();
    m_lines.clear();
}

void ServerLogFiller::endMonth()
{
    if (m_month.isEmpty())
        return;
    send();
    if (PQputCopyEnd(m_connection, nullptr) != 1)
        fail();
    bool isDone = true;
    while (PGresult *const result = PQgetResult(m_connection)) {
        isDone = isDone && PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    if (!isDone)
        fail();
    const QByteArray next = QDate::fromString(QString::fromLatin1(m_month) + QStringLiteral("-01"), Qt::ISODate)
                                .addMonths(1)
                                .toString(QStringLiteral("yyyy-MM"))
                                .toLatin1();
    execute("ALTER TABLE action_audit_log ATTACH PARTITION " + tableOf(m_month) + " FOR VALUES FROM ('" + m_month
            + "') TO ('" + next + "')");
    execute("COMMIT");
    ++m_partitions;
    m_month.clear();
}

void ServerLogFiller::fill(qint64 count, qint64 meanMs)
{
    InventedEvents events;
    EventTimes times(count, meanMs);
    for (qint64 i = 1; i <= count; ++i) {
        const InventedEvents::Event &event = events.next();
        const std::string_view time = times.next(event.sincePreviousMs);
        const std::string_view month = time.substr(0, kMonthChars);
        if (m_month != QByteArray::fromRawData(month.data(), static_cast<qsizetype>(month.size()))) {
            endMonth();
            beginMonth(QByteArray(month.data(), static_cast<qsizetype>(month.size())));
        }
        m_lines.append(QByteArray::number(i)).append('\t');
        m_lines.append(event.proposal > 0 ? QByteArray::number(qint64{event.proposal}) : QByteArray("\\N"))
            .append('\t');
        // Nothing in these texts is to be escaped.
        append(m_lines, event.type);
        m_lines.append('\t');
        append(m_lines, event.data);
        m_lines.append('\t');
        append(m_lines, event.actor);
        m_lines.append('\t');
        append(m_lines, time);
        m_lines.append('\t');
        append(m_lines, time.substr(0, kDateChars));
        m_lines.append(' ');
        append(m_lines, time.substr(kTimeAt, kTimeChars));
        m_lines.append('\n');
        if (m_lines.size() >= kBufferBytes)
            send();
    }
    endMonth();
    execute("SELECT setval('action_audit_log_id_seq', " + QByteArray::number(count) + ")");
    // What autovacuum does in time.
    execute("VACUUM (ANALYZE) action_audit_log");
    execute("CHECKPOINT");
}

int makeServerLog(const QString &uri, qint64 events, qint64 meanMs)
{
    {
        Database::Options options;
        options.create = true;
        Database database(DatabaseLocation::parse(uri), options);
        Schema::ensure(database);
    }
    ServerLogFiller filler(uri);
    filler.fill(events, meanMs);
    return filler.partitions();
}

} // namespace andon::bench
