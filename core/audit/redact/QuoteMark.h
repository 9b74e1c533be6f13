// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringView>

namespace andon {

/// A quote as it stands in a text, with the backslashes before it: one for each time that the text around it was put
/// into a string again, or rather 1, 3, 7 of them.
struct QuoteMark
{
    char16_t unit = 0; ///< the quote itself; 0: there is none
    qsizetype backslashes = 0;

    /// The mark whose first unit, a backslash or the quote, stands at this place.
    [[nodiscard]] static QuoteMark at(QStringView text, qsizetype place);
    /// The mark whose quote stands right before this place.
    [[nodiscard]] static QuoteMark before(QStringView text, qsizetype place);

    [[nodiscard]] bool isValid() const { return unit != 0; }
    [[nodiscard]] qsizetype size() const { return backslashes + 1; }
    /// In how many strings the text around the mark lies, one in the other.
    [[nodiscard]] int depth() const;

    /// Where the quote that closes this one stands, from a place behind it on; the text's size where none does. A quote
    /// twice in a row does not close, as in SQL and CSV, nor does one that is escaped. One that ends the string around
    /// does.
    [[nodiscard]] qsizetype closing(QStringView text, qsizetype from) const;
    /// Where what stands between this mark and the closing quote ends.
    [[nodiscard]] qsizetype contentEnd(QStringView text, qsizetype from, qsizetype closing) const;
};

} // namespace andon
