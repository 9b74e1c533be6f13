// SPDX-License-Identifier: Apache-2.0
#include "core/audit/seal/MerkleTree.h"

#include <algorithm>
#include <bit>

namespace andon {

namespace {

/// The largest power of two below `count`, which is 2 at least.
qint64 splitOf(qint64 count)
{
    return static_cast<qint64>(std::bit_floor(static_cast<quint64>(count - 1)));
}

int levelOf(qint64 powerOfTwo)
{
    return std::countr_zero(static_cast<quint64>(powerOfTwo));
}

bool isPowerOfTwo(qint64 count)
{
    return std::has_single_bit(static_cast<quint64>(count));
}

} // namespace

TreeHash MerkleTree::range(qint64 begin, qint64 end)
{
    const qint64 count = end - begin;
    if (isPowerOfTwo(count))
        return m_nodes.node(levelOf(count), begin / count);
    const qint64 middle = begin + splitOf(count);
    const TreeHash left = range(begin, middle);
    return nodeHash(left, range(middle, end));
}

TreeHash MerkleTree::root(qint64 size)
{
    return size == 0 ? emptyTreeHash() : range(0, size);
}

std::vector<TreeHash> MerkleTree::inclusionProof(qint64 leaf, qint64 size)
{
    std::vector<TreeHash> proof;
    qint64 begin = 0;
    qint64 end = size;
    while (end - begin > 1) {
        const qint64 middle = begin + splitOf(end - begin);
        if (leaf < middle) {
            proof.push_back(range(middle, end));
            end = middle;
        } else {
            proof.push_back(range(begin, middle));
            begin = middle;
        }
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

std::vector<TreeHash> MerkleTree::consistencyProof(qint64 earlier, qint64 later)
{
    if (earlier == 0 || earlier == later)
        return {};
    std::vector<TreeHash> proof;
    qint64 begin = 0;
    qint64 end = later;
    while (earlier != end) { // down to the node at whose right edge the earlier tree ends
        const qint64 middle = begin + splitOf(end - begin);
        if (earlier <= middle) {
            proof.push_back(range(middle, end));
            end = middle;
        } else {
            proof.push_back(range(begin, middle));
            begin = middle;
        }
    }
    if (begin > 0) // the verifier knows the earlier root itself where it is a node
        proof.push_back(range(begin, end));
    std::reverse(proof.begin(), proof.end());
    return proof;
}

TreeEdge::TreeEdge(qint64 size, NodeSource &nodes)
    : m_size(size)
{
    for (int level = static_cast<int>(std::bit_width(static_cast<quint64>(size))) - 1; level >= 0; --level) {
        if (((size >> level) & 1) != 0)
            m_nodes.push_back(nodes.node(level, (size >> level) - 1));
    }
}

TreeHash TreeEdge::root() const
{
    if (m_nodes.empty())
        return emptyTreeHash();
    TreeHash hash = m_nodes.back();
    for (auto left = std::next(m_nodes.rbegin()); left != m_nodes.rend(); ++left)
        hash = nodeHash(*left, hash);
    return hash;
}

void TreeEdge::appendSubtree(int level, const TreeHash &subtree)
{
    TreeHash hash = subtree;
    for (qint64 bit = qint64{1} << level; (m_size & bit) != 0; bit <<= 1) {
        hash = nodeHash(m_nodes.back(), hash);
        m_nodes.pop_back();
    }
    m_nodes.push_back(hash);
    m_size += qint64{1} << level;
}

} // namespace andon
