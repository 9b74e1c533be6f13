// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/ActionAuditor.h"
#include "core/audit/archive/ArchiveTable.h"
#include "core/audit/checkpoint/CheckpointTable.h"
#include "core/storage/Database.h"

#include <functional>
#include <optional>

namespace andon {

/// Moves whole months of a log at a PostgreSQL server into a file, so that the server need not keep them for ever.
///
/// The oldest months before a given one go, as far as each is sealed to its last event, covered by a checkpoint and
/// without an event of an action that is still open; the newest month with events always stays. The file is read back
/// and held against the seals and the checkpoint before anything is removed; then the partitions are dropped in one
/// transaction, which also records it in `andon_archive` and in the log. Whoever does it must own the tables. Until
/// that commit the log is as it was. Belongs to the thread of its database.
class Archiver
{
public:
    Archiver(Database &database, ActionAuditor &auditor);

    /// How many events of how many are in the file, then how many of it were read back. False: give up.
    using Progress = std::function<bool(bool isReadingBack, qint64 done, qint64 total)>;

    struct Result
    {
        ArchiveRecord record;
        QString path;
        QString notMore; ///< why a later month before the given one was not taken; empty where all were
    };
    /// `before`: `2026-06` and later stay. Nothing where `progress` gave up; then there is no file.
    /// Throws InvalidInputError for no month or this one's future, ArchiveError where no month can be archived or the
    /// file cannot be made, StorageError.
    [[nodiscard]] std::optional<Result> archive(const QString &before, const QString &path,
                                                const Progress &progress = {});

private:
    struct Month
    {
        QString name;      ///< 2026-01
        QString partition; ///< the table
        qint64 events = 0;
        EventId firstEvent;
        EventId lastEvent;
        ProposalId lastProposal;
    };

    [[nodiscard]] QList<Month> monthsBefore(const QString &before, QString *notMore);
    [[nodiscard]] QString obstacleAt(const Month &month, qint64 treeSize);
    [[nodiscard]] StoredCheckpoint coveringCheckpoint();
    /// False: it was given up.
    [[nodiscard]] bool writeFile(const QList<Month> &months, const QString &path, ArchiveRecord *record,
                                 const std::function<bool(qint64)> &goesOn);
    void drop(const QList<Month> &months, ArchiveRecord *record);

    Database &m_database;
    ActionAuditor &m_auditor;
    StoredCheckpoint m_checkpoint;
};

} // namespace andon
