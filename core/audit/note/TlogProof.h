// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/note/Checkpoint.h"

#include <optional>
#include <vector>

namespace andon {

/// That an entry stands in a log, without the log: C2SP tlog-proof, version 1.
struct TlogProof
{
    /// Hashes in one proof at the most: a tree of 2^63 leaves has no leaf that is deeper.
    static constexpr std::size_t kMostHashes = 63;
    /// Bytes of a proof at the most.
    static constexpr qsizetype kMostBytes = 2 * SignedNote::kMostBytes;

    std::optional<QByteArray> extra; ///< opaque; nobody has signed it; never empty
    qint64 index = 0;                ///< of the entry, from 0
    std::vector<TreeHash> hashes;    ///< from the sibling of the leaf to the child of the root
    QByteArray checkpoint;           ///< the signed note, verbatim

    /// Reads a file. That the checkpoint is one is part of it; who signed it is not. Throws NoteError (Malformed).
    static TlogProof parse(const QByteArray &file);
    /// As `parse` takes it; an `extra` of no bytes is left out.
    [[nodiscard]] QByteArray toBytes() const;

    /// What a proof has shown.
    struct Proven
    {
        Checkpoint checkpoint;
        QList<VerifierKey> keys; ///< that have signed it
    };
    /// Throws NoteError: the checkpoint is malformed or not signed by a known key, or (NotIncluded) the entry with this
    /// leaf hash does not stand at this place of the tree.
    [[nodiscard]] Proven verify(const TreeHash &leaf, const QList<VerifierKey> &known) const;

    /// The first half of `verify`, which proofs with the same checkpoint need once: what it says, and who has signed
    /// it.
    static Proven openCheckpoint(const QByteArray &note, const QList<VerifierKey> &known);
    /// The second half: throws NoteError (NotIncluded).
    void requireIncluded(const TreeHash &leaf, const Checkpoint &signedTree) const;

    friend bool operator==(const TlogProof &, const TlogProof &) = default;
};

} // namespace andon
