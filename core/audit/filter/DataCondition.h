// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

/// What a value inside of an event's data shall be.
struct DataCondition
{
    enum class Kind {
        Equals,  ///< the string `text`; unless that was quoted, also the number, true, false or null that it says
        Between, ///< a number
        Exists,  ///< anything
    };

    Kind kind = Kind::Equals;
    QString text;
    bool isQuoted = false;
    QString low; ///< Between: a number as JSON writes it; null where that side is open
    QString high;
    bool includesLow = true;
    bool includesHigh = true;

    friend bool operator==(const DataCondition &, const DataCondition &) = default;
};

/// Whether a text is a number as JSON (RFC 8259) writes it, and not beyond what a double holds.
[[nodiscard]] bool isJsonNumber(const QString &text);

} // namespace andon
