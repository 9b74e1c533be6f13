// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/archive/LeafRanges.h"
#include "core/audit/archive/SealCursor.h"
#include "core/audit/checkpoint/CheckpointTable.h"
#include "core/audit/checkpoint/LogIdentity.h"
#include "core/storage/Database.h"

#include <QString>
#include <QStringList>

#include <functional>

namespace andon {

/// A new file of archived events: an SQLite database that holds the events as the log had them (`action_audit_log`),
/// the runs of their seals (`andon_audit_seal`), the name of the log, the checkpoint that covers them, and the nodes
/// over all other entries (`andon_archive_node`), so that the signed root can be computed from it alone.
class ArchiveFile
{
public:
    /// Makes it; the columns are those of EntryLayout. Throws StorageError where there is something at that place
    /// already.
    ArchiveFile(const QString &path, const QStringList &numberColumns, const QStringList &columns);

    /// A row as EntryLayout selects it.
    void add(const StoredRow &row);
    void add(const SealCursor::Run &run);

    struct About
    {
        LogIdentity log;
        StoredCheckpoint checkpoint;
        LeafRanges leaves;
        QString months;
    };
    /// Writes the rest, and puts all of it on the disk. `nodes` are those of the log. Throws StorageError, FileError.
    void finish(const About &about, NodeSource &nodes);

private:
    Database m_database;
    Transaction m_transaction;
    QString m_insert;
    qsizetype m_columns;
};

} // namespace andon
