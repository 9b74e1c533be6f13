// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Timestamp.h"

#include <QString>
#include <QStringList>

namespace andon {

class Database;

/// What the three tables shared with agents look like in one database.
///
/// A database that an agent made may lack columns that a new one has, and writes time its own way.
/// Whoever writes to these tables asks here first.
struct AgentTables
{
    QStringList auditColumns;    ///< of action_audit_log
    QStringList proposalColumns; ///< of action_proposals
    QStringList recordColumns;   ///< of action_records
    TimestampStyle timestamps = TimestampStyle::Utc;

    /// Reads them from the database; a table that is not there has no columns.
    static AgentTables read(Database &database);

    /// The present time as these tables write it.
    [[nodiscard]] QString format(const QDateTime &moment) const { return formatTimestamp(moment, timestamps); }
};

} // namespace andon
