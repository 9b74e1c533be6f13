// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/query/AuditQuery.h"
#include "core/audit/read/AuditPage.h"
#include "core/storage/Timestamp.h"

#include <functional>

namespace andon {

class Database;

/// Pages of the log in the order of an indexed column (not the log's own), by key: the row before.
///
/// The column's index is walked entry by entry and each row is checked against the filter; every statement ends
/// after some milliseconds and the next one goes on behind it. Belongs to the thread of its database.
class SortedPages
{
public:
    /// As AuditReader::Progress; what is to be passed is not known: the total is 0.
    using Progress = std::function<bool(qint64 done, qint64 total)>;

    SortedPages(Database &database, AuditQuery query, TimestampStyle style);

    /// The column of an order; empty for the log's own.
    [[nodiscard]] static QString columnOf(AuditOrder::By by);

    /// `request.from` is the event to go on from, which must be in the log.
    [[nodiscard]] AuditPage page(const AuditPageRequest &request, const Progress &progress);

    /// Every `distance`th event of the log in this order, whatever the filter, the first of the list
    /// first: marks for jumps. `progress` hears how many were passed.
    [[nodiscard]] QList<AuditAnchor> anchors(AuditOrder order, qint64 distance, const Progress &progress);

private:
    Database &m_database;
    AuditQuery m_query;
    TimestampStyle m_style;
};

} // namespace andon
