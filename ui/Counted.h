// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLocale>
#include <QString>

namespace andon {

/// The sentence for one thing, or the one for several (or none) with the number in the place of %1.
[[nodiscard]] inline QString counted(qint64 number, const QString &one, const QString &several)
{
    return number == 1 ? one : several.arg(QLocale().toString(number));
}

} // namespace andon
