// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>
#include <string>
#include <string_view>

namespace andon::JsonText {

/// The text of a JSON object (RFC 8259) without the space between its tokens, so that it is one line;
/// nothing where the text is no object, or nested deeper than 512 levels.
///
/// Works on the text, so that numbers keep their digits and keys their order, which a parsed value
/// would not. Strict, because what it returns is written into files that others parse.
[[nodiscard]] std::optional<QString> compactObject(const QString &text);

/// A JSON string with its quotes.
[[nodiscard]] QString quoted(const QString &text);
void appendQuoted(QString &out, QStringView text);

/// The same for UTF-8 (which the caller has checked), appended to `out`. Returns false, and appends
/// nothing, where the text is no object.
[[nodiscard]] bool appendCompactObject(std::string &out, std::string_view utf8);
void appendQuoted(std::string &out, std::string_view utf8);

} // namespace andon::JsonText
