// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace andon::CsvText {

/// Appends one cell of RFC 4180: in quotes where it has a comma, a quote or a line's end.
///
/// Spreadsheets run a cell that starts like a formula: a leading ' makes it text.
void appendCell(std::string &out, std::string_view utf8);

} // namespace andon::CsvText
