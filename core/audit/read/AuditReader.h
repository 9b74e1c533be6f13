// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/IdRange.h"
#include "core/audit/query/AuditQuery.h"
#include "core/audit/read/AuditPage.h"
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

    /// One page. Orders other than the log's own need an index (`canSortBy`). Where `progress` ends the reading, the
    /// page holds what was found so far. It may have fewer events than asked for where their data is large:
    /// `reachedEnd` tells the end.
    [[nodiscard]] AuditPage page(const AuditPageRequest &request, const Progress &progress = {});

    /// One event a `distance` through the log in an order that `canSortBy` allows, the first of the list
    /// first.
    [[nodiscard]] QList<AuditAnchor> anchors(const AuditOrder &order, qint64 distance,
                                             const std::function<bool()> &keepGoing);

    /// The place that a person typed, see Station::auditLocate. For a time it is the event written at that
    /// time or last before it. Throws InvalidInputError.
    [[nodiscard]] EventId locate(const QString &typed, const QDateTime &now);

    /// Whether an index leads through the log in this order: without one it is not offered.
    [[nodiscard]] bool canSortBy(AuditOrder::By by) const;

    /// How times are stored in this database.
    [[nodiscard]] TimestampStyle timestampStyle() const { return m_tables.timestamps; }

    /// The filter as SQL for this database: without the leads for which it has no index.
    [[nodiscard]] AuditQuery compile(const AuditFilter &filter) const;

    [[nodiscard]] Database &database() { return m_database; }

    /// The file that is read.
    [[nodiscard]] QString databasePath() const;

private:
    [[nodiscard]] AuditPage pageByLog(const AuditPageRequest &request, const Progress &progress);
    [[nodiscard]] IdRange idsOf(const AuditPageRequest &request);

    Database &m_database;
    AgentTables m_tables;
    QSet<QString> m_indexedColumns; ///< an adopted log that is only read may lack indexes
};

} // namespace andon
