// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/seal/TreeHash.h"

#include <QtGlobal>

#include <vector>

namespace andon {

/// Whether the leaf stands at this place of the tree with this root (RFC 9162, 2.1.3.2). False for whatever makes no
/// sense: a place outside the tree, a proof that is too short or too long.
[[nodiscard]] bool isIncluded(const TreeHash &leaf, qint64 index, qint64 size, const std::vector<TreeHash> &proof,
                              const TreeHash &root);

/// Whether the later tree begins with the earlier one (RFC 9162, 2.1.4.2). False for whatever makes no sense. The empty
/// tree is the beginning of every tree, but only with its own root.
[[nodiscard]] bool isConsistent(qint64 earlier, const TreeHash &earlierRoot, qint64 later, const TreeHash &laterRoot,
                                const std::vector<TreeHash> &proof);

} // namespace andon
