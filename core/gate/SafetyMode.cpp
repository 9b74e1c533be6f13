// SPDX-License-Identifier: Apache-2.0
#include "core/gate/SafetyMode.h"

namespace andon {

QString toString(SafetyMode mode)
{
    return mode == SafetyMode::Execute ? QStringLiteral("execute") : QStringLiteral("observe");
}

std::optional<SafetyMode> safetyModeFromString(const QString &text)
{
    if (text == u"observe")
        return SafetyMode::Observe;
    if (text == u"execute")
        return SafetyMode::Execute;
    return std::nullopt;
}

} // namespace andon
