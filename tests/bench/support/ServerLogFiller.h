// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/support/EventTimes.h"

#include <QByteArray>
#include <QString>

struct pg_conn;

namespace andon::bench {

/// What LogFiller is, for a database on a PostgreSQL server: the same events, by COPY, a month at a time into a table
/// without indexes that then becomes the month's partition (postgresql.org/docs/15/populate.html).
/// Every failure is a std::runtime_error.
class ServerLogFiller
{
public:
    /// The database was made by Schema::ensure, and has no event.
    explicit ServerLogFiller(const QString &uri);
    ~ServerLogFiller();
    ServerLogFiller(const ServerLogFiller &) = delete;
    ServerLogFiller &operator=(const ServerLogFiller &) = delete;

    void fill(qint64 count, qint64 meanMs = EventTimes::kMeanMs);
    /// How many partitions have events.
    [[nodiscard]] int partitions() const { return m_partitions; }

private:
    void execute(const QByteArray &sql);
    [[noreturn]] void fail();
    void beginMonth(const QByteArray &month);
    void endMonth();
    void send();

    pg_conn *m_connection = nullptr;
    QByteArray m_month; ///< "2026-11"; empty: none is being filled
    QByteArray m_lines;
    int m_partitions = 0;
};

/// Makes a database of Andon's schema where there is an empty one, with so many events. Returns how many partitions
/// they are in.
int makeServerLog(const QString &uri, qint64 events, qint64 meanMs = EventTimes::kMeanMs);

} // namespace andon::bench
