// SPDX-License-Identifier: Apache-2.0
#include "core/safety/HookSettings.h"

#include <QSettings>

#include <algorithm>
#include <cmath>

namespace andon {

HookSettings HookSettings::read()
{
    const QSettings stored(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("Andon"),
                           QStringLiteral("andon"));
    HookSettings settings;
    settings.folder = stored.value(QStringLiteral("hooks/folder")).toString().trimmed();
    bool isNumber = false;
    const double seconds = stored.value(QStringLiteral("hooks/timeout_s")).toString().toDouble(&isNumber);
    if (isNumber && !std::isnan(seconds)) {
        constexpr double kMostSeconds = 1e6; // far more than may be, and still fits
        const std::chrono::duration<double> asked(std::clamp(seconds, 0.0, kMostSeconds));
        settings.timeout = std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(asked), kShortestTimeout,
                                      kLongestTimeout);
    }
    return settings;
}

} // namespace andon
