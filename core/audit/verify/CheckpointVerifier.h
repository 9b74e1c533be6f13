// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/checkpoint/CheckpointTable.h"
#include "core/audit/note/Checkpoint.h"
#include "core/audit/verify/FindingList.h"

#include <QStringList>

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace andon {

class Database;

/// A signed note from beside the database.
struct GivenCheckpoint
{
    QString source; ///< for the person
    QByteArray note;
    /// It was signed by who verifies, for this database: it must be there, too.
    bool isOwn = false;
};

/// Holds the tree against what was signed of it: first each note by itself, then, when the tree is known, what it says.
/// Belongs to one thread at a time.
class CheckpointVerifier
{
public:
    /// Which log it is.
    struct Log
    {
        QString origin;         ///< empty where nobody knows
        QStringList formerOnes; ///< origins that it had before
    };

    CheckpointVerifier(Log log, QList<VerifierKey> keys);

    /// Reads all of `andon_checkpoint`, until `goesOn` says false. Throws StorageError.
    void readTable(Database &database, const std::function<bool()> &goesOn);
    void read(const GivenCheckpoint &given);

    /// Of the trees that the given ones are about.
    [[nodiscard]] std::vector<qint64> sizes() const;

    /// What the tree is.
    struct Tree
    {
        qint64 size = 0;
        std::map<qint64, TreeHash> roots; ///< at the sizes that were asked for, as far as the tree has them
    };
    /// Puts verdicts and findings into the report.
    void judge(const Tree &tree, VerifyReport *report, FindingList *findings) const;

private:
    struct Held
    {
        CheckpointVerdict verdict;
        std::optional<Checkpoint> checkpoint; ///< nothing where the note makes no sense
        bool isStored = false;
        bool isOwn = false;
        QString why; ///< it is forged or of an unknown key
    };

    [[nodiscard]] Held heldOf(const QByteArray &note, const QString &source) const;
    void judge(Held *held, const Tree &tree, FindingList *findings) const;
    void lookForMissing(FindingList *findings) const;

    Log m_log;
    QList<VerifierKey> m_keys;
    std::vector<Held> m_held;
    qint64 m_largestStored = -1;
    qint64 m_lastStoredId = 0;
    qint64 m_gapsInTable = 0;
};

} // namespace andon
