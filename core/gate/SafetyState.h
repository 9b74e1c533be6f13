// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/gate/SafetyMode.h"

#include <QDateTime>

namespace andon {

/// The one row of `andon_safety_state`: what was last committed.
struct SafetyState
{
    SafetyMode mode = SafetyMode::Observe;
    bool tripped = false;
    Epoch epoch;
    StopId stopId; ///< of the newest stop, also after its reset; 0 where there was none
    QString reason;
    QString changedBy;         ///< user@host
    QDateTime changedAt;       ///< UTC
    bool sweepPending = false; ///< cancelling what was pending is not finished
    ProposalId sweepThrough;   ///< how far a change to observe has yet to cancel; 0: no such sweep

    friend bool operator==(const SafetyState &, const SafetyState &) = default;
};

} // namespace andon
