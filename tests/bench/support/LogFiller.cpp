// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/LogFiller.h"

#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/InventedEvents.h"

#include <QDateTime>
#include <QFile>
#include <QStringList>

#include <sqlite3.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace andon::bench {

namespace {

constexpr qint64 kMeanMs = 300;
constexpr qint64 kPerTransaction = 1'000'000;
constexpr qint64 kDayMs = 24LL * 60 * 60 * 1000;

/// UTC with milliseconds and "+00:00", as the audit log keeps it; the calendar is asked once a day only.
class StampWriter
{
public:
    std::string_view write(qint64 ms)
    {
        const qint64 day = ms / kDayMs;
        if (day != m_day) {
            m_day = day;
            const QByteArray date =
                QDateTime::fromMSecsSinceEpoch(day * kDayMs, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd")).toLatin1();
            std::copy(date.cbegin(), date.cend(), m_text.begin());
        }
        const int ofDay = static_cast<int>(ms % kDayMs);
        digits(11, 2, ofDay / 3'600'000);
        digits(14, 2, ofDay / 60'000 % 60);
        digits(17, 2, ofDay / 1000 % 60);
        digits(20, 3, ofDay % 1000);
        return {m_text.data(), m_text.size()};
    }

private:
    void digits(std::size_t at, std::size_t width, int number)
    {
        for (std::size_t i = width; i > 0; --i, number /= 10)
            m_text[at + i - 1] = static_cast<char>('0' + number % 10);
    }

    std::array<char, 29> m_text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0', '0', ':', '0',
                                '0', ':', '0', '0', '.', '0', '0', '0', '+', '0', '0', ':', '0', '0'};
    qint64 m_day = -1;
};

int bind(sqlite3_stmt *statement, int index, std::string_view text)
{
    return sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

} // namespace

LogFiller::LogFiller(const QString &databasePath)
{
    require(sqlite3_open(QFile::encodeName(databasePath).constData(), &m_connection) == SQLITE_OK);
}

LogFiller::~LogFiller()
{
    sqlite3_close(m_connection);
}

void LogFiller::require(bool ok)
{
    if (ok)
        return;
    std::fprintf(stderr, "filling the log: %s\n", sqlite3_errmsg(m_connection));
    std::exit(1);
}

void LogFiller::execute(const QString &sql)
{
    require(sqlite3_exec(m_connection, sql.toUtf8().constData(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

QString LogFiller::text(const char *sql)
{
    sqlite3_stmt *statement = nullptr;
    require(sqlite3_prepare_v2(m_connection, sql, -1, &statement, nullptr) == SQLITE_OK);
    require(sqlite3_step(statement) == SQLITE_ROW);
    QString found = QString::fromUtf8(reinterpret_cast<const char *>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return found;
}

void LogFiller::fill(qint64 count)
{
    // A line of SQL has no ASCII "unit separator" in it.
    const auto listed = [this](const char *sql) { return text(sql).split(QChar(0x1f), Qt::SkipEmptyParts); };
    const QStringList makers = listed("SELECT ifnull(group_concat(sql, char(31)), '') FROM sqlite_master "
                                      "WHERE tbl_name = 'action_audit_log' AND type IN ('index', 'trigger')");
    const QStringList droppers = listed("SELECT ifnull(group_concat('DROP ' || type || ' ' || name, char(31)), '') "
                                        "FROM sqlite_master "
                                        "WHERE tbl_name = 'action_audit_log' AND type IN ('index', 'trigger')");
    const QString journal = text("PRAGMA journal_mode");

    execute(QStringLiteral("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144; "
                           "PRAGMA locking_mode=EXCLUSIVE; PRAGMA threads=2"));
    for (const QString &sql : droppers)
        execute(sql);
    insert(count);
    for (const QString &sql : makers)
        execute(sql);
    execute(QStringLiteral("PRAGMA synchronous=FULL; PRAGMA locking_mode=NORMAL; PRAGMA journal_mode=") + journal);
}

void LogFiller::insert(qint64 count)
{
    sqlite3_stmt *statement = nullptr;
    const char *const sql = "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp, "
                            "created_at) VALUES(?, ?, ?, ?, ?, '2026-01-31 12:00:00')";
    require(sqlite3_prepare_v2(m_connection, sql, -1, &statement, nullptr) == SQLITE_OK);
    InventedEvents events;
    StampWriter stamp;
    qint64 now = QDateTime::currentMSecsSinceEpoch();
    qint64 ms = now - count * kMeanMs;
    for (qint64 i = 0; i < count; ++i) {
        if (i % kPerTransaction == 0)
            execute(QStringLiteral("BEGIN"));
        const InventedEvents::Event &event = events.next();
        ms = i + 1 == count ? now : std::min(ms + event.sincePreviousMs, now);
        if (event.proposal > 0)
            sqlite3_bind_int64(statement, 1, event.proposal);
        else
            sqlite3_bind_null(statement, 1);
        bind(statement, 2, event.type);
        bind(statement, 3, event.data);
        bind(statement, 4, event.actor);
        bind(statement, 5, stamp.write(ms));
        const int code = sqlite3_step(statement);
        require(sqlite3_reset(statement) == SQLITE_OK && code == SQLITE_DONE);
        if ((i + 1) % kPerTransaction == 0 || i + 1 == count)
            execute(QStringLiteral("COMMIT"));
    }
    sqlite3_finalize(statement);
}

void makeLog(const QString &databasePath, qint64 events)
{
    {
        Database::Options options;
        options.create = true;
        Database database(DatabaseLocation::parse(databasePath), options);
        Schema::ensure(database);
    }
    LogFiller(databasePath).fill(events);
}

} // namespace andon::bench
