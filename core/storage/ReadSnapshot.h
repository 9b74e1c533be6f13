// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

class Database;

/// One view of a database for many statements: what others commit meanwhile is not seen. Nothing can be written through
/// the connection as long as it lives, and no Transaction may be opened on it.
///
/// At a server several connections can share one view (postgresql.org/docs/15/functions-admin.html,
/// "pg_export_snapshot"). A long one keeps the server from tidying up what was changed since it was taken.
class ReadSnapshot
{
public:
    /// Takes a view. Throws StorageError.
    explicit ReadSnapshot(Database &database);
    /// Joins the view of another connection, which must still have it; on SQLite takes one of its own.
    ReadSnapshot(Database &database, const QString &shared);
    ~ReadSnapshot();
    ReadSnapshot(const ReadSnapshot &) = delete;
    ReadSnapshot &operator=(const ReadSnapshot &) = delete;

    /// What another connection joins it by.
    [[nodiscard]] const QString &name() const { return m_name; }

private:
    void begin();

    Database &m_database;
    QString m_name;
};

} // namespace andon
