// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace andon {

/// A node of the Merkle tree: 32 bytes of SHA-256, never more or fewer.
using TreeHash = std::array<unsigned char, 32>;

/// SHA-256 of an entry as a leaf: SHA-256(0x00 ‖ entry), RFC 9162, 2.1.1.
[[nodiscard]] TreeHash leafHash(std::string_view entry);
/// SHA-256(0x01 ‖ left ‖ right), RFC 9162, 2.1.1.
[[nodiscard]] TreeHash nodeHash(const TreeHash &left, const TreeHash &right);
/// The root of the tree without leaves: SHA-256 of nothing.
[[nodiscard]] TreeHash emptyTreeHash();

/// Standard Base64 (RFC 4648, section 4), with padding.
[[nodiscard]] QByteArray toBase64(const TreeHash &hash);
/// Nothing unless it is the canonical Base64 of exactly 32 bytes.
[[nodiscard]] std::optional<TreeHash> treeHashFromBase64(QByteArrayView text);
/// Nothing unless there are exactly 32 bytes.
[[nodiscard]] std::optional<TreeHash> treeHashFromBytes(std::string_view bytes);

} // namespace andon
