// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace andon::ctl {

/// What `andonctl` returns to the shell (docs/andonctl.md). Stable: scripts depend on the numbers.
enum class ExitStatus {
    Done = 0,
    Failed = 1,
    Usage = 2,          ///< what was typed cannot be used; nothing was changed
    BlockedObserve = 3, ///< blocked: observe-only mode, or an approval that is missing
    BlockedStopped = 4, ///< blocked or stopped: the kill switch, or a hold
    StateUnknown = 5,   ///< nobody can tell, for example because the database is unreachable
};

} // namespace andon::ctl
