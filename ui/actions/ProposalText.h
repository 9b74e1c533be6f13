// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionProposal.h"

#include <QList>

namespace andon {

/// Actions as a person must see them before deciding: name, type, agent, reason, and the parameters as they were
/// stored, indented where they are JSON, with everything visible that could hide something. What is too long is cut,
/// and says by how much.
[[nodiscard]] QString proposalsText(const QList<ActionProposal> &actions);

} // namespace andon
