// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/CheckedEdge.h"

#include <algorithm>
#include <iterator>

namespace andon {

void CheckedEdge::settle(const Node &left, const Node &right, const char *stored, Node *node, Discoveries *discoveries)
{
    TreeHash given;
    std::copy_n(reinterpret_cast<const unsigned char *>(stored), given.size(), given.begin());
    const auto isMadeOf = [&given](const TreeHash &a, const TreeHash &b) { return nodeHash(a, b) == given; };
    const auto note = [discoveries](const Node &child) {
        if (child.suspect >= 0)
            discoveries->falseLeaves.push_back(child.suspect);
    };
    const bool isLeft = left.other && isMadeOf(*left.other, right.hash);
    const bool isRight = !isLeft && right.other && isMadeOf(left.hash, *right.other);
    const bool isBoth = !isLeft && !isRight && left.other && right.other && isMadeOf(*left.other, *right.other);
    if (isLeft || isBoth)
        note(left);
    if (isRight || isBoth)
        note(right);
    if (isLeft || isRight || isBoth) {
        node->hash = given;
        return;
    }
    discoveries->mismatches.push_back({node->level, node->firstLeaf});
    node->other = given;
}

TreeHash rootOver(const std::vector<TreeHash> &subtrees)
{
    if (subtrees.empty())
        return emptyTreeHash();
    TreeHash hash = subtrees.back();
    for (auto left = std::next(subtrees.rbegin()); left != subtrees.rend(); ++left)
        hash = nodeHash(*left, hash);
    return hash;
}

} // namespace andon
