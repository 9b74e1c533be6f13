// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/seal/MerkleTree.h"

#include <optional>
#include <string_view>

namespace andon {

class Database;

/// The tree of the audit log, as it is stored in `andon_audit_seal`.
///
/// All nodes stand in one row of hashes, each after what it is made of: leaf 0, leaf 1, the node of both, leaf 2, and
/// so on. The place of a node follows from the number of the leaf that completes it. The table holds that row in runs,
/// one for each group of leaves that were sealed at once and whose events have consecutive ids. Belongs to the thread
/// of its database. Failures are StorageErrors: Corrupt where the seals make no sense.
class SealTable : public NodeSource
{
public:
    /// Leaves in one run at the most.
    static constexpr qint64 kMostInRun = 128;

    /// Leaves that were sealed together. The views are valid as long as what they were read from.
    struct Run
    {
        qint64 leaf = 0; ///< the first
        qint64 count = 0;
        EventId event; ///< of the first leaf; the others follow without a gap
        std::string_view hashes;
        std::string_view hints;
    };

    explicit SealTable(Database &database);

    /// How many entries are sealed.
    [[nodiscard]] qint64 size();
    /// The newest event that is sealed; none where the tree is empty.
    [[nodiscard]] EventId lastEvent();
    /// The newest run; nothing where the tree is empty. Its views are empty.
    [[nodiscard]] std::optional<Run> lastRun();

    [[nodiscard]] TreeHash node(int level, qint64 index) override;
    /// The place of an event in the tree; nothing where it is not sealed. O(log n) reads.
    [[nodiscard]] std::optional<qint64> leafOf(EventId event);
    /// The event at a place of the tree; nothing where there is none.
    [[nodiscard]] std::optional<EventId> eventAt(qint64 leaf);

    void insert(const Run &run);

    /// How many hashes stand before those of a leaf, in the row of all hashes.
    [[nodiscard]] static qint64 hashesBefore(qint64 leaf);

private:
    Database &m_database;
};

} // namespace andon
