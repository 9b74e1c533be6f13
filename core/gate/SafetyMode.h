// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace andon {

/// What the agents may do as a whole.
enum class SafetyMode {
    Observe, ///< look and propose; nothing is executed
    Execute, ///< validated actions may be executed
};

/// "observe" or "execute", as the database and the command line write it.
[[nodiscard]] QString toString(SafetyMode mode);

/// Nothing for any other text: an unknown mode is never guessed.
[[nodiscard]] std::optional<SafetyMode> safetyModeFromString(const QString &text);

} // namespace andon
