// SPDX-License-Identifier: Apache-2.0
#include "app/guard/WaitLinux.h"

#include <algorithm>

namespace andon::guard {

void Wait::add(int descriptor, short events)
{
    if (descriptor >= 0)
        m_descriptors.push_back({descriptor, events, 0});
}

void Wait::until(std::optional<std::chrono::steady_clock::time_point> moment)
{
    if (moment && (!m_deadline || *moment < *m_deadline))
        m_deadline = moment;
}

void Wait::carryOut()
{
    using Clock = std::chrono::steady_clock;
    timespec limit = {};
    if (m_deadline) {
        const auto left = std::max(*m_deadline - Clock::now(), Clock::duration::zero());
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
        limit.tv_sec = seconds.count();
        limit.tv_nsec = std::chrono::nanoseconds(left - seconds).count();
    }
    ::ppoll(m_descriptors.data(), m_descriptors.size(), m_deadline ? &limit : nullptr, nullptr);
}

} // namespace andon::guard
