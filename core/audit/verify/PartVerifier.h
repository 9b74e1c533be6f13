// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/archive/LeafRanges.h"
#include "core/audit/seal/EntryLayout.h"
#include "core/audit/verify/CheckedEdge.h"
#include "core/audit/verify/SealPart.h"

#include <QStringList>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace andon {

class Database;

/// A seal without its entry, or with one that is not what it says.
struct SuspectLeaf
{
    enum class State {
        Differs,  ///< there is an entry with that id, and it is another one
        NoEntry,  ///< there is none
        Unplaced, ///< it was not looked for, since other seals claim the same entries
    };
    State state = State::NoEntry;
    EventId event; ///< that it claims to seal
    TreeHash sealed{};
    bool isFalse = false; ///< the node above it was made of the entry as it is
    QStringList columns;  ///< that differ, by the hints
};

/// An entry whose seal is another one's, or that has none.
struct SuspectEntry
{
    EventId event;
    TreeHash hash{};       ///< of the entry as it is
    bool isSealed = false; ///< some seal claims it
};

/// What was found in one part.
struct PartResult
{
    qint64 number = 0; ///< of the part
    qint64 firstLeaf = 0;
    qint64 leaves = 0;
    bool isInTree = true;
    qint64 entries = 0;  ///< that were read
    qint64 archived = 0; ///< that are in files instead
    std::vector<SuspectLeaf> suspectLeaves;
    std::vector<SuspectEntry> suspectEntries;

    /// Of the tree, where it is known.
    std::vector<CheckedEdge::Node> subtrees; ///< that the part is made of; one, of the highest level, for a whole part
    std::string above;                       ///< stored nodes that the part completes, above its own
    struct Mismatch
    {
        int level = 0;
        EventId event; ///< the first below it
        EventId through;
    };
    std::vector<Mismatch> mismatches;
    /// For each size of interest that ends in this part: the subtrees of the part that it is made of.
    struct Inner
    {
        qint64 size = 0;
        std::vector<TreeHash> subtrees;
    };
    std::vector<Inner> inner;
    EventId firstEvent;
    EventId lastEvent;
};

/// Holds the entries of one part against their seals, and the seals against one another, in one pass over each.
/// Belongs to the thread of its database.
class PartVerifier
{
public:
    /// `sizes` of trees, ascending: those at which somebody has signed one. `done` is raised as entries are read, and
    /// nothing more is read once `isToStop`; then what is returned is of no use.
    /// `archived`: leaves whose entries are in files, and need not be there.
    PartVerifier(Database &database, const EntryLayout &layout, const std::vector<qint64> &sizes,
                 const LeafRanges &archived, std::atomic<qint64> &done, const std::atomic_bool &isToStop);

    /// Throws StorageError.
    [[nodiscard]] PartResult verify(SealPart part);

private:
    class Cursor;

    void readEntries(PartResult *result);
    void compare(const StoredRow &row, Cursor *cursor, PartResult *result);
    void passOver(Cursor *cursor, PartResult *result);
    void addUnplaced(PartResult *result);
    [[nodiscard]] SuspectLeaf suspect(const Cursor &cursor, SuspectLeaf::State state) const;
    [[nodiscard]] QStringList editedColumns(const StoredRow &row, const Cursor &cursor) const;
    [[nodiscard]] TreeHash sealedHash(qint64 leaf) const;
    void buildTree(PartResult *result);
    [[nodiscard]] EventId eventOf(qint64 leaf) const;

    Database &m_database;
    const EntryLayout &m_layout;
    const QStringList m_columns;
    const QString m_select;
    const std::vector<qint64> &m_sizes;
    const LeafRanges &m_archived;
    std::atomic<qint64> &m_done;
    const std::atomic_bool &m_isToStop;

    SealPart m_part;
    std::string m_entry;
    std::vector<qint32> m_suspectOf; ///< of each leaf: the place in PartResult::suspectLeaves, or -1
    std::vector<qint32> m_entryOf;   ///< of each suspect leaf: the place in PartResult::suspectEntries, or -1
};

} // namespace andon
