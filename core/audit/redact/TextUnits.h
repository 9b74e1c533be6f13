// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QChar>

namespace andon::TextUnits {

/// What a UTF-16 unit is, for whoever reads text unit by unit. ASCII is told without a table.

[[nodiscard]] constexpr bool isLower(char16_t unit) noexcept
{
    return unit >= u'a' && unit <= u'z';
}

[[nodiscard]] constexpr bool isUpper(char16_t unit) noexcept
{
    return unit >= u'A' && unit <= u'Z';
}

[[nodiscard]] constexpr bool isLetter(char16_t unit) noexcept
{
    return isLower(unit) || isUpper(unit);
}

[[nodiscard]] constexpr bool isDigit(char16_t unit) noexcept
{
    return unit >= u'0' && unit <= u'9';
}

[[nodiscard]] constexpr bool isAlnum(char16_t unit) noexcept
{
    return isLetter(unit) || isDigit(unit);
}

[[nodiscard]] constexpr bool isBlank(char16_t unit) noexcept
{
    return unit == u' ' || unit == u'\t';
}

[[nodiscard]] constexpr bool isSpace(char16_t unit) noexcept
{
    return isBlank(unit) || unit == u'\n' || unit == u'\r';
}

[[nodiscard]] constexpr bool isQuote(char16_t unit) noexcept
{
    return unit == u'"' || unit == u'\'' || unit == u'`';
}

/// Part of a word: a letter or digit of any script.
[[nodiscard]] inline bool isWord(char16_t unit) noexcept
{
    return unit < 0x80 ? isAlnum(unit) : !QChar::isSurrogate(unit) && QChar::isLetterOrNumber(unit);
}

[[nodiscard]] inline char16_t toLower(char16_t unit) noexcept
{
    if (unit < 0x80)
        return isUpper(unit) ? static_cast<char16_t>(unit | 0x20U) : unit;
    return static_cast<char16_t>(QChar::toLower(unit));
}

} // namespace andon::TextUnits
