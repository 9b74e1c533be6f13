// SPDX-License-Identifier: Apache-2.0
#include "core/audit/filter/DataCondition.h"

#include <QRegularExpression>

#include <cmath>

namespace andon {

bool isJsonNumber(const QString &text)
{
    // No number of use is longer, and a pattern need not walk through megabytes.
    constexpr qsizetype kLongest = 400;
    static const QRegularExpression shape(
        QStringLiteral("\\A-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?\\z"));
    return text.size() <= kLongest && shape.match(text).hasMatch() && std::isfinite(text.toDouble());
}

} // namespace andon
