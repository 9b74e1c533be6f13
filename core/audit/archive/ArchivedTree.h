// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/archive/LeafRanges.h"
#include "core/audit/seal/MerkleTree.h"

#include <functional>

namespace andon {

/// A tree of which some leaves are at hand: with the nodes over all the others its root can be computed. So that a few
/// entries show of themselves that they are those that were signed.
namespace ArchivedTree {

/// Called with each node that is needed, from the left.
using OnNode = std::function<void(int level, qint64 index)>;
/// The nodes over the leaves of the first `size` that are not among these, as few as there can be.
void visitComplement(qint64 size, const LeafRanges &leaves, const OnNode &onNode);

/// The root of the first `size` leaves. `nextLeaf` gives the hashes of the leaves at hand in their order, `nodes` those
/// that `visitComplement` names.
[[nodiscard]] TreeHash root(qint64 size, const LeafRanges &leaves, NodeSource &nodes,
                            const std::function<TreeHash()> &nextLeaf);

} // namespace ArchivedTree

} // namespace andon
