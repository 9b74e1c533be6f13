// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/StopScope.h"

namespace andon {

/// "agent agent-7", "every transfer_leader", "everything": what a stop or a hold is about, as a person reads it. At
/// most `longest` UTF-16 units of the name, which an agent has chosen.
[[nodiscard]] QString shownScope(const StopScope &scope, qsizetype longest = 80);

} // namespace andon
