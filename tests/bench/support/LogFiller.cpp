// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/LogFiller.h"

#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "tests/bench/support/EventTimes.h"
#include "tests/bench/support/InventedEvents.h"

#include <QDateTime>
#include <QFile>
#include <QStringList>

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>

namespace andon::bench {

namespace {

constexpr qint64 kPerTransaction = 1'000'000;

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

void LogFiller::fill(qint64 count, qint64 meanMs)
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
    insert(count, meanMs);
    for (const QString &sql : makers)
        execute(sql);
    execute(QStringLiteral("PRAGMA synchronous=FULL; PRAGMA locking_mode=NORMAL; PRAGMA journal_mode=") + journal);
}

void LogFiller::insert(qint64 count, qint64 meanMs)
{
    sqlite3_stmt *statement = nullptr;
    const char *const sql = "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp, "
                            "created_at) VALUES(?, ?, ?, ?, ?, '2026-01-31 12:00:00')";
    require(sqlite3_prepare_v2(m_connection, sql, -1, &statement, nullptr) == SQLITE_OK);
    InventedEvents events;
    EventTimes times(count, meanMs);
    for (qint64 i = 0; i < count; ++i) {
        if (i % kPerTransaction == 0)
            execute(QStringLiteral("BEGIN"));
        const InventedEvents::Event &event = events.next();
        if (event.proposal > 0)
            sqlite3_bind_int64(statement, 1, event.proposal);
        else
            sqlite3_bind_null(statement, 1);
        bind(statement, 2, event.type);
        bind(statement, 3, event.data);
        bind(statement, 4, event.actor);
        bind(statement, 5, times.next(event.sincePreviousMs));
        const int code = sqlite3_step(statement);
        require(sqlite3_reset(statement) == SQLITE_OK && code == SQLITE_DONE);
        if ((i + 1) % kPerTransaction == 0 || i + 1 == count)
            execute(QStringLiteral("COMMIT"));
    }
    sqlite3_finalize(statement);
}

void makeLog(const QString &databasePath, qint64 events, qint64 meanMs)
{
    {
        Database::Options options;
        options.create = true;
        Database database(DatabaseLocation::parse(databasePath), options);
        Schema::ensure(database);
    }
    LogFiller(databasePath).fill(events, meanMs);
}

} // namespace andon::bench
