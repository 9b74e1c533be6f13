// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <optional>

namespace andon {

/// Where an action is in its life: proposed -> validated -> executing -> completed or failed;
/// cancelled from any of the first three. Completed and cancelled are final.
enum class ActionStatus { Proposed, Validated, Executing, Completed, Failed, Cancelled };

[[nodiscard]] QString toString(ActionStatus status);
[[nodiscard]] std::optional<ActionStatus> actionStatusFromString(const QString &text);

} // namespace andon
