// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/seal/MerkleTree.h"

#include <map>
#include <utility>

namespace andon::test {

/// The hash of a leaf that says its own number.
inline TreeHash numberedLeaf(qint64 number)
{
    return leafHash("leaf " + std::to_string(number));
}

/// A tree whose complete nodes stand in memory, and that grows as the real one does.
class MemoryTree : public NodeSource
{
public:
    MemoryTree() = default;
    /// With so many leaves, each `numberedLeaf`.
    explicit MemoryTree(qint64 size)
    {
        while (m_edge.size() < size)
            append(numberedLeaf(m_edge.size()));
    }

    void append(const TreeHash &leaf)
    {
        const qint64 index = m_edge.size();
        std::size_t level = 0;
        m_edge.append(leaf, [this, index, &level](const TreeHash &node) {
            if (m_levels.size() == level)
                m_levels.emplace_back();
            m_isInOrder = m_isInOrder && static_cast<qint64>(m_levels.at(level).size()) == index >> level;
            m_levels.at(level).push_back(node);
            ++level;
        });
    }

    [[nodiscard]] const TreeEdge &edge() const { return m_edge; }
    /// Whether each node was completed in its place, from below and from the left.
    [[nodiscard]] bool isInOrder() const { return m_isInOrder; }

    [[nodiscard]] TreeHash node(int level, qint64 index) override
    {
        ++m_reads;
        return m_levels.at(static_cast<std::size_t>(level)).at(static_cast<std::size_t>(index));
    }
    /// How many nodes were asked for since the last call.
    [[nodiscard]] int takeReads() { return std::exchange(m_reads, 0); }

private:
    TreeEdge m_edge;
    std::vector<std::vector<TreeHash>> m_levels;
    bool m_isInOrder = true;
    int m_reads = 0;
};

/// RFC 9162, 2.1, word for word: slow, by recursion, with nothing kept but the hashes of ranges. What the real tree is
/// compared with.
class ReferenceTree
{
public:
    using Proof = std::vector<TreeHash>;

    /// 2.1.1: the hash of the leaves [begin, end).
    TreeHash hash(qint64 begin, qint64 end)
    {
        if (begin == end)
            return emptyTreeHash();
        if (end - begin == 1)
            return numberedLeaf(begin);
        const auto known = m_known.find({begin, end});
        if (known != m_known.end())
            return known->second;
        const qint64 middle = begin + split(end - begin);
        const TreeHash made = nodeHash(hash(begin, middle), hash(middle, end));
        m_known.emplace(std::make_pair(begin, end), made);
        return made;
    }

    /// 2.1.3.1: PATH(leaf, D[begin:end]).
    Proof path(qint64 leaf, qint64 begin, qint64 end)
    {
        if (end - begin == 1)
            return {};
        const qint64 middle = begin + split(end - begin);
        const bool isLeft = begin + leaf < middle;
        Proof proof = isLeft ? path(leaf, begin, middle) : path(leaf - (middle - begin), middle, end);
        proof.push_back(isLeft ? hash(middle, end) : hash(begin, middle));
        return proof;
    }

    /// 2.1.4.1: SUBPROOF(count, D[begin:end], isWhole).
    Proof subproof(qint64 count, qint64 begin, qint64 end, bool isWhole)
    {
        if (count == end - begin)
            return isWhole ? Proof{} : Proof{hash(begin, end)};
        const qint64 middle = begin + split(end - begin);
        const bool isLeft = begin + count <= middle;
        Proof proof = isLeft ? subproof(count, begin, middle, isWhole)
                             : subproof(count - (middle - begin), middle, end, false);
        proof.push_back(isLeft ? hash(middle, end) : hash(begin, middle));
        return proof;
    }

private:
    /// The largest power of two below `count`.
    static qint64 split(qint64 count)
    {
        qint64 power = 1;
        while (power * 2 < count)
            power *= 2;
        return power;
    }

    std::map<std::pair<qint64, qint64>, TreeHash> m_known;
};

} // namespace andon::test
