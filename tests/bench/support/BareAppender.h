// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

struct sqlite3;
struct sqlite3_stmt;

namespace andon::bench {

/// The peer: the INSERT of an audit event as a C program would write it, one statement prepared
/// once, on the engine's own interface, synchronous=FULL. No Qt, no error but the end of the program.
class BareAppender
{
public:
    explicit BareAppender(const QString &databasePath);
    ~BareAppender();
    BareAppender(const BareAppender &) = delete;
    BareAppender &operator=(const BareAppender &) = delete;

    void begin() { execute("BEGIN IMMEDIATE"); }
    void commit() { execute("COMMIT"); }
    void execute(const char *sql);
    /// One event, with the present time as text.
    void append(long long proposalId, const char *eventType, const char *eventData, const char *actor);

private:
    void require(bool ok);

    sqlite3 *m_connection = nullptr;
    sqlite3_stmt *m_insert = nullptr;
};

} // namespace andon::bench
