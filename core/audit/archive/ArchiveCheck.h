// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/archive/LeafRanges.h"
#include "core/audit/note/Checkpoint.h"

#include <QList>
#include <QString>

#include <functional>

namespace andon {

/// What a file of archived events holds, and whether it is what was signed.
struct ArchiveContent
{
    QString path;
    QString sha256; ///< of the file
    QString origin; ///< which log it is of
    QString months;
    LeafRanges leaves;
    qint64 events = 0;
    EventId firstEvent;
    EventId lastEvent;
    QByteArray note;       ///< the signed checkpoint that covers them
    Checkpoint checkpoint; ///< what it says
    TreeHash root{};       ///< of the tree that the events here belong to, computed from them
    QList<EventId> edited; ///< that are not what was sealed
    QList<EventId> missing;

    /// The events are those that the checkpoint speaks of.
    [[nodiscard]] bool isWhole() const
    {
        return edited.isEmpty() && missing.isEmpty() && root == checkpoint.root && checkpoint.origin == origin;
    }

    /// Whether there is an archive at this place.
    [[nodiscard]] static bool isArchive(const QString &path);
    /// Reads all of it. Nothing where `goesOn`, asked now and then with the events that were read, said no.
    /// Throws ArchiveError where it is no archive or cannot be understood, StorageError.
    [[nodiscard]] static std::optional<ArchiveContent> read(const QString &path,
                                                            const std::function<bool(qint64)> &goesOn = {});
};

} // namespace andon
