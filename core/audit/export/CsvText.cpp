// SPDX-License-Identifier: Apache-2.0
#include "core/audit/export/CsvText.h"

#include <algorithm>

namespace andon::CsvText {

namespace {

constexpr std::string_view kFormulaStarts = "=+-@\t\r";

bool needsQuotes(std::string_view text)
{
    return std::any_of(text.cbegin(), text.cend(),
                       [](char byte) { return byte == ',' || byte == '"' || byte == '\r' || byte == '\n'; });
}

} // namespace

void appendCell(std::string &out, std::string_view utf8)
{
    const bool isFormula = !utf8.empty() && kFormulaStarts.find(utf8.front()) != std::string_view::npos;
    if (!needsQuotes(utf8)) {
        if (isFormula)
            out += '\'';
        out += utf8;
        return;
    }
    // Room for the worst, so that the loop over the bytes does nothing but write.
    const std::size_t before = out.size();
    out.resize(before + 2 * utf8.size() + 3);
    char *at = out.data() + before;
    *at++ = '"';
    if (isFormula)
        *at++ = '\'';
    for (const char byte : utf8) {
        *at = byte;
        at[1] = '"';
        at += byte == '"' ? 2 : 1;
    }
    *at++ = '"';
    out.resize(static_cast<std::size_t>(at - out.data()));
}

} // namespace andon::CsvText
