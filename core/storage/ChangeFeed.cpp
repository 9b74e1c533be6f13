// SPDX-License-Identifier: Apache-2.0
#include "core/storage/ChangeFeed.h"

#include "core/storage/Database.h"

namespace andon {

bool ChangeFeed::hasChanged()
{
    const QVariant version = m_database.scalar(m_database.engine() == SqlEngine::Sqlite
                                                   ? QStringLiteral("PRAGMA data_version")
                                                   : QStringLiteral("SELECT pg_current_snapshot()::text"));
    const bool changed = version != m_lastVersion;
    m_lastVersion = version;
    return changed;
}

} // namespace andon
