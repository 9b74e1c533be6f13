// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/archive/LeafRanges.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>

#include <optional>

namespace andon {

class Database;

/// One row of `andon_archive`: events that were written into a file and then dropped from the log.
struct ArchiveRecord
{
    qint64 id = 0;
    QString months; ///< `2026-01 2026-02`
    EventId firstEvent;
    EventId lastEvent;
    qint64 events = 0;
    LeafRanges leaves;
    ProposalId lastProposal; ///< the highest that one of the events is about
    qint64 treeSize = 0;     ///< of the checkpoint that covers them
    QByteArray root;         ///< of that tree
    QString file;            ///< its name, without a folder
    QString sha256;          ///< of the file, 64 hexadecimal digits
    QString by;
    QDateTime at;
    EventId event; ///< that tells of it
};

/// What was archived of a log at a PostgreSQL server. Append-only, by triggers. Belongs to the thread of its database.
/// Failures are StorageErrors.
class ArchiveTable
{
public:
    explicit ArchiveTable(Database &database)
        : m_database(database)
    {
    }

    void insert(const ArchiveRecord &record);

    /// All, the oldest first; none where the database knows of no archives.
    [[nodiscard]] QList<ArchiveRecord> all();
    /// Those that an `archived` event of the log tells of, with the same words; the event may be archived itself.
    /// Whoever removes events and writes a row here alone has not archived them.
    [[nodiscard]] QList<ArchiveRecord> confirmed();

private:
    [[nodiscard]] bool isTold(const ArchiveRecord &record);

    Database &m_database;
};

} // namespace andon
