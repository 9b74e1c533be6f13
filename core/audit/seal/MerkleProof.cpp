// SPDX-License-Identifier: Apache-2.0
#include "core/audit/seal/MerkleProof.h"

#include <bit>
#include <cstddef>

namespace andon {

bool isIncluded(const TreeHash &leaf, qint64 index, qint64 size, const std::vector<TreeHash> &proof,
                const TreeHash &root)
{
    if (index < 0 || index >= size)
        return false;
    auto place = static_cast<quint64>(index);
    auto last = static_cast<quint64>(size) - 1;
    TreeHash hash = leaf;
    for (const TreeHash &sibling : proof) {
        if (last == 0)
            return false;
        if ((place & 1) != 0 || place == last) {
            hash = nodeHash(sibling, hash);
            while ((place & 1) == 0 && place != 0) {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = nodeHash(hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    return last == 0 && hash == root;
}

bool isConsistent(qint64 earlier, const TreeHash &earlierRoot, qint64 later, const TreeHash &laterRoot,
                  const std::vector<TreeHash> &proof)
{
    if (earlier < 0 || earlier > later)
        return false;
    if (later == 0)
        return proof.empty() && earlierRoot == emptyTreeHash() && laterRoot == emptyTreeHash();
    if (earlier == later)
        return proof.empty() && earlierRoot == laterRoot;
    if (earlier == 0)
        return proof.empty() && earlierRoot == emptyTreeHash();

    auto place = static_cast<quint64>(earlier) - 1;
    auto last = static_cast<quint64>(later) - 1;
    const int below = std::countr_one(place); // levels on which the earlier tree's edge is a right child
    place >>= below;
    last >>= below;

    auto step = proof.begin();
    TreeHash first = earlierRoot; // where the earlier tree is a node, the proof begins with its root left out
    if (place != 0) {
        if (step == proof.end())
            return false;
        first = *step++;
    }
    TreeHash second = first;
    for (; step != proof.end(); ++step) {
        if (last == 0)
            return false;
        if ((place & 1) != 0 || place == last) {
            first = nodeHash(*step, first);
            second = nodeHash(*step, second);
            while ((place & 1) == 0 && place != 0) {
                place >>= 1;
                last >>= 1;
            }
        } else {
            second = nodeHash(second, *step);
        }
        place >>= 1;
        last >>= 1;
    }
    return last == 0 && first == earlierRoot && second == laterRoot;
}

} // namespace andon
