// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/note/NoteKey.h"
#include "core/audit/verify/VerifyReport.h"
#include "core/storage/DatabaseLocation.h"

#include <QByteArray>

#include <functional>
#include <utility>

namespace andon {

/// Reads the whole log once and holds it against its seals and its checkpoints. Needs no right to write, and makes
/// nothing beside the database.
///
/// Several threads, each with a connection of its own, read a part of the log each. A log that grows meanwhile is
/// verified up to where it was at the beginning; at a server, in one view that all of them share. What was stored is
/// evidence and never an instruction: whatever stands in the tables, it ends, and says what it found.
class Verifier
{
public:
    struct Options
    {
        /// That are trusted. None: those of this user for this log (KeyStore); then the log is held against what this
        /// user has signed, too.
        QList<VerifierKey> keys;
        QString keyFolder; ///< as KeyStore takes it
        /// Signed notes to hold the tree against, over and above those of the database: a name, and the note.
        QList<std::pair<QString, QByteArray>> checkpoints;
        /// Files that old events were archived into (`andonctl archive`): to be read, too.
        QStringList archives;
        bool withCompleteness = true;
        int threads = 0; ///< 0: one a processor
    };

    explicit Verifier(DatabaseLocation location, Options options);

    /// How many entries of how many have been read; never fewer than before. False: give up.
    using Progress = std::function<bool(qint64 done, qint64 total)>;

    /// An archive may stand in the place of the database: it is verified by itself.
    /// `progress` is asked several times a second, in the thread that calls this. Where it gave up, nothing is
    /// returned. Throws StorageError where the database cannot be read, InvalidInputError for a database without seals,
    /// FileError where this user's keys cannot be read.
    [[nodiscard]] std::optional<VerifyReport> verify(const Progress &progress = {});

private:
    DatabaseLocation m_location;
    Options m_options;
};

} // namespace andon
