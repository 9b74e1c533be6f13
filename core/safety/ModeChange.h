// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QString>

#include <optional>

namespace andon {

/// How a change of mode is asked for.
struct ModeChange
{
    QString reason;
    bool keepPending = false;           ///< for execute: leave what is pending as it is
    std::optional<Epoch> expectedEpoch; ///< what the person saw; a newer one is a StaleStateError
};

/// What a change of mode did.
struct ModeResult
{
    bool changed = false;      ///< false: the mode was that already
    qint64 cancelledCount = 0; ///< pending actions that were cancelled with it
};

} // namespace andon
