// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace andon::guard {

/// The measured account of one tree's end, as it is told to the owner.
struct TreeEnd
{
    enum class Why {
        Exited,   ///< the command ended by itself; what it had left behind was ended
        Stopped,  ///< a stop came
        TimedOut, ///< it had had its time
    };

    Why why = Why::Exited;
    std::string_view via = "none"; ///< one of `andon::guard::via`
    std::string detail;
    std::int64_t noticedUs = 0; ///< since 1970 by the system's clock: when the stop, or the command's end, was seen
    std::chrono::steady_clock::time_point noticedAt;
    std::chrono::microseconds signalled{0}; ///< from there until SIGTERM was delivered to all
    std::chrono::microseconds dead{0};      ///< from there until nothing was left
    int processes = 0;                      ///< in the tree when the end began
    int killed = 0;                         ///< of them, how many needed SIGKILL
    int leftBehind = 0;                     ///< how many were there when the command had ended by itself
    std::optional<int> ending;              ///< the command's, as wait(2) says it
    std::vector<pid_t> survivors;

    /// `stopping …`
    [[nodiscard]] std::string stoppingPacket() const;
    /// `done …`
    [[nodiscard]] std::string donePacket() const;
};

} // namespace andon::guard
