// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace andon::StoredText {

/// The text itself where it is well-formed UTF-8, as nearly all is; else a copy in `room` in which each
/// byte that is not part of a character is replaced by U+FFFD.
[[nodiscard]] std::string_view wellFormed(std::string_view stored, std::string &room);

} // namespace andon::StoredText
