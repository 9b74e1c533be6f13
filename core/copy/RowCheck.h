// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/copy/CopyTable.h"
#include "core/storage/StoredRow.h"

#include <optional>

namespace andon {

/// Whether a value can be stored in a column exactly as it is, on either engine: a number where a number belongs, text
/// where text belongs, in UTF-8 and without NUL, which PostgreSQL does not store
/// (postgresql.org/docs/15/datatype-character.html). Nothing, or why not.
[[nodiscard]] std::optional<QString> complaintAbout(const StoredRow &row, int index, const CopyColumn &column);

/// Whether the bytes are UTF-8 as RFC 3629 has it: no surrogates, nothing longer than need be.
[[nodiscard]] bool isUtf8(std::string_view bytes);

} // namespace andon
