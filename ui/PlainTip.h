// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

/// A text as a tooltip that shows it letter for letter, wrapped. A tooltip that looks like HTML is
/// taken for HTML otherwise, and what an agent has written must not decide what it looks like.
[[nodiscard]] inline QString plainTip(const QString &text)
{
    if (text.isEmpty())
        return {};
    return QStringLiteral("<qt>") + text.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>"))
        + QStringLiteral("</qt>");
}

} // namespace andon
