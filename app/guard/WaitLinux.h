// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <chrono>
#include <optional>
#include <vector>

namespace andon::guard {

/// One wait in poll(2), for all that is named before it.
class Wait
{
public:
    /// Until it is readable; nothing where it is -1.
    void add(int descriptor, short events = POLLIN);
    /// Until that moment at the latest; the earliest one counts. Nothing where there is none.
    void until(std::optional<std::chrono::steady_clock::time_point> moment);
    /// Waits. Returns early where a signal was caught.
    void carryOut();

private:
    std::vector<pollfd> m_descriptors;
    std::optional<std::chrono::steady_clock::time_point> m_deadline;
};

} // namespace andon::guard
