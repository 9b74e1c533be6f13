// SPDX-License-Identifier: Apache-2.0
#include "core/audit/archive/ArchivedTree.h"

#include <bit>

namespace andon {

namespace {

/// Where RFC 9162, 2.1.1 parts so many leaves: the largest power of two below.
qint64 leftOf(qint64 count)
{
    return static_cast<qint64>(std::bit_floor(static_cast<quint64>(count - 1)));
}

bool isComplete(qint64 count)
{
    return std::has_single_bit(static_cast<quint64>(count));
}

int levelOf(qint64 count)
{
    return std::countr_zero(static_cast<quint64>(count));
}

TreeHash rootOf(qint64 begin, qint64 end, const LeafRanges &leaves, NodeSource &nodes,
                const std::function<TreeHash()> &nextLeaf)
{
    const qint64 count = end - begin;
    if (isComplete(count) && !leaves.overlap(begin, end))
        return nodes.node(levelOf(count), begin / count);
    if (count == 1)
        return nextLeaf();
    const qint64 middle = begin + leftOf(count);
    const TreeHash left = rootOf(begin, middle, leaves, nodes, nextLeaf);
    return nodeHash(left, rootOf(middle, end, leaves, nodes, nextLeaf));
}

void visitOf(qint64 begin, qint64 end, const LeafRanges &leaves, const ArchivedTree::OnNode &onNode)
{
    const qint64 count = end - begin;
    if (isComplete(count) && !leaves.overlap(begin, end)) {
        onNode(levelOf(count), begin / count);
        return;
    }
    if (count == 1)
        return;
    const qint64 middle = begin + leftOf(count);
    visitOf(begin, middle, leaves, onNode);
    visitOf(middle, end, leaves, onNode);
}

} // namespace

void ArchivedTree::visitComplement(qint64 size, const LeafRanges &leaves, const OnNode &onNode)
{
    if (size > 0)
        visitOf(0, size, leaves, onNode);
}

TreeHash ArchivedTree::root(qint64 size, const LeafRanges &leaves, NodeSource &nodes,
                            const std::function<TreeHash()> &nextLeaf)
{
    return size > 0 ? rootOf(0, size, leaves, nodes, nextLeaf) : emptyTreeHash();
}

} // namespace andon
