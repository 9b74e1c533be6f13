// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QVariant>

namespace andon {

class Database;

/// Tells whether another connection has committed since the last question.
///
/// On SQLite, `PRAGMA data_version` (sqlite.org/pragma.html#pragma_data_version), which changes only for commits of
/// other connections: ask on a connection that does not write itself. On a server, which transactions are over
/// (`pg_current_snapshot`, postgresql.org/docs/15/functions-info.html): that changes with those of other databases,
/// too, and when one that writes begins. It never misses one, and may tell of one too many.
class ChangeFeed
{
public:
    explicit ChangeFeed(Database &database)
        : m_database(database)
    {
    }

    /// True at the first call and after each foreign commit. Throws StorageError.
    bool hasChanged();

private:
    Database &m_database;
    QVariant m_lastVersion;
};

} // namespace andon
