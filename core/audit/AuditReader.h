// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditPage.h"
#include "core/audit/AuditQuery.h"
#include "core/audit/IdRange.h"
#include "core/storage/AgentTables.h"

#include <QSet>

#include <functional>

namespace andon {

class Database;

/// Reads the audit log page by page, by key.
///
/// It is read in short slices, each a statement of its own, so that no read transaction lasts and a
/// writer is never held up. Events whose id is below 1 cannot be: they are not read.
/// Belongs to the thread of its database. Failures are StorageErrors.
class AuditReader
{
public:
    /// Asked between slices with how far the reading has come, in ids passed and ids to pass;
    /// false ends it early.
    using Progress = std::function<bool(qint64 done, qint64 total)>;

    explicit AuditReader(Database &database);

    [[nodiscard]] AuditExtent extent();

    /// One page. Where `progress` ends the reading, the page holds what was found so far.
    /// It may have fewer events than asked for where their data is large: `reachedEnd` tells the end.
    [[nodiscard]] AuditPage page(const AuditPageRequest &request, const Progress &progress = {});

    /// How many events match. `found` hears the number so far between slices, and may end it.
    [[nodiscard]] qint64 count(const AuditFilter &filter, const std::function<bool(qint64 found)> &found = {});

    /// How times are stored in this database.
    [[nodiscard]] TimestampStyle timestampStyle() const { return m_tables.timestamps; }

    /// The file that is read.
    [[nodiscard]] QString databasePath() const;

private:
    [[nodiscard]] AuditQuery compile(const AuditFilter &filter) const;
    [[nodiscard]] IdRange idsOf(const AuditPageRequest &request);

    Database &m_database;
    AgentTables m_tables;
    QSet<QString> m_indexedColumns; ///< an adopted log that is only read may lack indexes
};

} // namespace andon
