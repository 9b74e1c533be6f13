// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace andon::ctl {

/// What a simulated agent has done so far.
struct SimulationTally
{
    qint64 events = 0; ///< audit events that its acts wrote
    qint64 proposed = 0;
    qint64 completed = 0;
    qint64 failed = 0;
    qint64 withdrawn = 0;
    qint64 refused = 0; ///< claims that the gate refused
};

} // namespace andon::ctl
