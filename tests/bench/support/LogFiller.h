// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/support/EventTimes.h"

#include <QString>

struct sqlite3;

namespace andon::bench {

/// Fills a fresh database of Andon's schema with very many audit events, on the engine's own interface,
/// at half a million a second or more.
///
/// To be that fast it takes the log's indexes and triggers away and makes them again from their own SQL,
/// and writes without a journal: for a database that nobody else has open. Ends the program on an error.
class LogFiller
{
public:
    /// The database was made by Schema::ensure and is closed.
    explicit LogFiller(const QString &databasePath);
    ~LogFiller();
    LogFiller(const LogFiller &) = delete;
    LogFiller &operator=(const LogFiller &) = delete;

    /// Appends `count` events, the last one now, one in about `meanMs`. The same events each time, but for the
    /// times: what InventedEvents has.
    void fill(qint64 count, qint64 meanMs = EventTimes::kMeanMs);

private:
    void require(bool ok);
    void execute(const QString &sql);
    [[nodiscard]] QString text(const char *sql);
    void insert(qint64 count, qint64 meanMs);

    sqlite3 *m_connection = nullptr;
};

/// Makes a database of Andon's schema, where there is none yet, with so many events.
void makeLog(const QString &databasePath, qint64 events, qint64 meanMs = EventTimes::kMeanMs);

} // namespace andon::bench
