// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/archive/ArchiveTable.h"
#include "core/audit/verify/CheckpointVerifier.h"
#include "core/audit/verify/SealWalk.h"

#include <QStringList>

namespace andon {

class Database;

/// What of a log and its seals is there when a verification begins, and what of it is gone altogether.
struct LogOutline
{
    QStringList columns;   ///< of the log; none: it is gone
    bool hasRowIds = true; ///< its ids are numbers; on SQLite each but once, too
    SealWalk::Extent seals;
    qint64 expected = 1; ///< entries that are going to be read, about
    bool hasCheckpoints = true;
    CheckpointVerifier::Log log;
    QList<ArchiveRecord> archives;
    LeafRanges archived; ///< leaves whose entries are in files
    FindingList findings;

    /// Throws InvalidInputError for a database that was never sealed, StorageError for none that this program knows.
    [[nodiscard]] static LogOutline of(Database &database);
};

} // namespace andon
