// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/seal/TreeHash.h"

#include <QtGlobal>

#include <functional>
#include <vector>

namespace andon {

/// Where the complete nodes of a tree are kept.
///
/// The node (level, index) covers the leaves from index · 2^level up to (index + 1) · 2^level, and is complete as soon
/// as all of them are there. Level 0 are the leaves.
class NodeSource
{
public:
    NodeSource() = default;
    virtual ~NodeSource() = default;
    NodeSource(const NodeSource &) = delete;
    NodeSource &operator=(const NodeSource &) = delete;

    /// A complete node. Throws where it cannot be read.
    [[nodiscard]] virtual TreeHash node(int level, qint64 index) = 0;
};

/// The Merkle tree of RFC 9162, section 2.1, over nodes that are kept somewhere: each takes O(log n) reads.
class MerkleTree
{
public:
    /// `nodes` must outlive this, and hold every complete node of the sizes that are asked for.
    explicit MerkleTree(NodeSource &nodes)
        : m_nodes(nodes)
    {
    }

    /// The root of the first `size` leaves.
    [[nodiscard]] TreeHash root(qint64 size);
    /// The hashes from the sibling of the leaf up to the child of the root (RFC 9162, 2.1.3.1). `leaf` < `size`.
    [[nodiscard]] std::vector<TreeHash> inclusionProof(qint64 leaf, qint64 size);
    /// That the first `earlier` of `later` leaves are as they were (RFC 9162, 2.1.4.1). 0 <= `earlier` <= `later`;
    /// empty where `earlier` is 0 or `later`.
    [[nodiscard]] std::vector<TreeHash> consistencyProof(qint64 earlier, qint64 later);

private:
    /// The hash of the leaves [begin, end), where begin is a multiple of the least power of two >= end - begin.
    [[nodiscard]] TreeHash range(qint64 begin, qint64 end);

    NodeSource &m_nodes;
};

/// The right edge of a growing tree: what is needed of it to append, one complete node for each bit of its size.
class TreeEdge
{
public:
    TreeEdge() = default;
    /// Of the first `size` leaves of a tree that exists already: reads as many nodes as `size` has bits that are set.
    TreeEdge(qint64 size, NodeSource &nodes);

    [[nodiscard]] qint64 size() const { return m_size; }
    /// The root of all leaves so far.
    [[nodiscard]] TreeHash root() const;

    /// Appends a leaf, and calls `completed` with it and with each node that it completes, from below.
    template<typename Completed>
    void append(const TreeHash &leaf, const Completed &completed)
    {
        TreeHash hash = leaf;
        completed(hash);
        for (qint64 bit = 1; (m_size & bit) != 0; bit <<= 1) {
            hash = nodeHash(m_nodes.back(), hash);
            m_nodes.pop_back();
            completed(hash);
        }
        m_nodes.push_back(hash);
        ++m_size;
    }

    /// Appends a complete subtree of 2^level leaves. The size so far must be a multiple of that.
    void appendSubtree(int level, const TreeHash &subtree);

private:
    qint64 m_size = 0;
    std::vector<TreeHash> m_nodes; ///< the largest, leftmost first
};

} // namespace andon
