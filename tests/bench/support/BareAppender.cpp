// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/BareAppender.h"

#include <QFile>

#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace andon::bench {

namespace {

constexpr int kBusyTimeoutMs = 60'000;

/// UTC with milliseconds and "+00:00", as the audit log keeps it.
int formatNow(char *text, std::size_t size)
{
    const auto sinceEpoch = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(sinceEpoch).count();
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    std::tm utc = {};
#ifdef _WIN32
    gmtime_s(&utc, &seconds);
#else
    gmtime_r(&seconds, &utc);
#endif
    return std::snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03d+00:00", utc.tm_year + 1900, utc.tm_mon + 1,
                         utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<int>(ms % 1000));
}

} // namespace

BareAppender::BareAppender(const QString &databasePath)
{
    require(sqlite3_open(QFile::encodeName(databasePath).constData(), &m_connection) == SQLITE_OK);
    sqlite3_busy_timeout(m_connection, kBusyTimeoutMs);
    execute("PRAGMA synchronous=FULL");
    require(sqlite3_prepare_v2(m_connection,
                               "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
                               "VALUES(?, ?, ?, ?, ?)",
                               -1, &m_insert, nullptr)
            == SQLITE_OK);
}

BareAppender::~BareAppender()
{
    sqlite3_finalize(m_insert);
    sqlite3_close(m_connection);
}

void BareAppender::require(bool ok)
{
    if (ok)
        return;
    std::fprintf(stderr, "bare SQLite: %s\n", sqlite3_errmsg(m_connection));
    std::exit(1);
}

void BareAppender::execute(const char *sql)
{
    require(sqlite3_exec(m_connection, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

void BareAppender::append(long long proposalId, const char *eventType, const char *eventData, const char *actor)
{
    char timestamp[48];
    const int length = formatNow(timestamp, sizeof timestamp);
    sqlite3_bind_int64(m_insert, 1, proposalId);
    sqlite3_bind_text(m_insert, 2, eventType, -1, SQLITE_STATIC);
    sqlite3_bind_text(m_insert, 3, eventData, -1, SQLITE_STATIC);
    sqlite3_bind_text(m_insert, 4, actor, -1, SQLITE_STATIC);
    sqlite3_bind_text(m_insert, 5, timestamp, length, SQLITE_STATIC);
    const int code = sqlite3_step(m_insert);
    require(sqlite3_reset(m_insert) == SQLITE_OK && code == SQLITE_DONE);
}

} // namespace andon::bench
