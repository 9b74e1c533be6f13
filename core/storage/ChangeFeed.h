// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Database.h"

namespace andon {

/// Tells whether another connection has committed since the last question.
///
/// Built on `PRAGMA data_version` (sqlite.org/pragma.html#pragma_data_version), which changes only
/// for commits of other connections: ask on a connection that does not write itself.
class ChangeFeed
{
public:
    explicit ChangeFeed(Database &database)
        : m_database(database)
    {
    }

    /// True at the first call and after each foreign commit. Throws StorageError.
    bool hasChanged()
    {
        const qint64 version = m_database.scalar(QStringLiteral("PRAGMA data_version")).toLongLong();
        const bool changed = version != m_lastVersion;
        m_lastVersion = version;
        return changed;
    }

private:
    Database &m_database;
    qint64 m_lastVersion = -1;
};

} // namespace andon
