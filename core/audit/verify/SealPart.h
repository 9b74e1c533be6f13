// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/seal/SealTable.h"

#include <QtGlobal>

#include <string>
#include <vector>

namespace andon {

/// Some leaves of the tree one after the other, as the table of seals has them, and which entries they are to seal.
struct SealPart
{
    /// Leaves in one part at the most; it ends where a multiple of that many leaves ends.
    static constexpr int kLevel = 14;
    static constexpr qint64 kMostLeaves = qint64{1} << kLevel;

    /// Leaves of entries with consecutive ids.
    struct Span
    {
        qint64 leaves = 0;
        EventId event; ///< of the first
        /// Their seals are damaged or gone: the leaves are those of the entries that are there.
        bool isLost = false;
        /// It claims entries that other seals claim, too: its leaves are of the tree, its numbers cannot be relied on.
        bool isMisplaced = false;
        std::size_t hintsAt = 0;
        std::size_t hintsPerLeaf = 0; ///< 0: none
    };

    qint64 number = 0; ///< of the part, from 0
    qint64 firstLeaf = 0;
    qint64 leaves = 0;
    EventId from; ///< entries with ids from here on, up to `through`, belong to this part; none where it is less
    EventId through;
    bool isInTree = true; ///< false after a place at which nobody can tell how many leaves there were
    std::vector<Span> spans;
    std::string hashes; ///< of each leaf, and after it of the nodes that it completes; of lost ones zeros
    std::string hints;

    /// Where the hashes of a leaf begin.
    [[nodiscard]] std::size_t placeOf(qint64 leaf) const
    {
        return static_cast<std::size_t>(SealTable::hashesBefore(leaf) - SealTable::hashesBefore(firstLeaf))
            * sizeof(TreeHash);
    }
};

} // namespace andon
