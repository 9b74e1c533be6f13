// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/seal/TreeHash.h"

#include <QtGlobal>

#include <cstring>
#include <optional>
#include <vector>

namespace andon {

/// The right edge of a tree that is computed anew, and held against the nodes that were stored.
///
/// Where two of them differ, one of them may still be found to be right by what is above them: a node that was computed
/// from what is stored, or the stored one. So one false hash gives one finding, and not one on each level.
class CheckedEdge
{
public:
    struct Node
    {
        TreeHash hash{};
        std::optional<TreeHash> other; ///< what it may be as well: of a leaf, the hash of the entry as it is
        int level = 0;
        qint64 firstLeaf = 0;
        qint64 suspect = -1; ///< of a leaf: what its `other` is about
    };

    /// What is found out on the way.
    struct Discoveries
    {
        struct Mismatch
        {
            int level = 0;
            qint64 firstLeaf = 0;
        };
        std::vector<Mismatch> mismatches; ///< stored nodes that are not made of what is below them
        std::vector<qint64> falseLeaves;  ///< suspects whose `other` is what the node above was made of
    };

    /// Appends a complete subtree. `stored` are the nodes that it completes, from its parent up; null where there are
    /// none to compare with.
    void append(Node node, const char *stored, Discoveries *discoveries)
    {
        for (qint64 bit = qint64{1} << node.level; (m_size & bit) != 0; bit <<= 1) {
            m_size -= bit;
            node = join(m_nodes.back(), node, stored, discoveries);
            m_nodes.pop_back();
            if (stored)
                stored += sizeof(TreeHash);
        }
        m_size += qint64{1} << node.level;
        m_nodes.push_back(node);
    }

    [[nodiscard]] qint64 size() const { return m_size; }
    /// The largest, leftmost first.
    [[nodiscard]] const std::vector<Node> &nodes() const { return m_nodes; }

private:
    [[nodiscard]] static Node join(const Node &left, const Node &right, const char *stored, Discoveries *discoveries)
    {
        Node node;
        node.hash = nodeHash(left.hash, right.hash);
        node.level = left.level + 1;
        node.firstLeaf = left.firstLeaf;
        if (stored && std::memcmp(stored, node.hash.data(), node.hash.size()) != 0)
            settle(left, right, stored, &node, discoveries);
        return node;
    }
    static void settle(const Node &left, const Node &right, const char *stored, Node *node, Discoveries *discoveries);

    qint64 m_size = 0;
    std::vector<Node> m_nodes;
};

/// The root over these subtrees, the largest first.
[[nodiscard]] TreeHash rootOver(const std::vector<TreeHash> &subtrees);

} // namespace andon
