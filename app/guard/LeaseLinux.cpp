// SPDX-License-Identifier: Apache-2.0
#include "app/guard/LeaseLinux.h"

#include "core/guard/GuardProtocol.h"

#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace andon::guard {

Lease::Lease(std::optional<std::chrono::milliseconds> length)
    : m_length(length)
{
}

std::string Lease::open()
{
    if (!m_length)
        return {};
    m_timer = OwnedDescriptor(::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC));
    return m_timer.isOpen() ? std::string() : std::generic_category().message(errno);
}

void Lease::renew(std::string_view asked)
{
    const std::optional<std::int64_t> number = toNumber(asked);
    if (!m_length || !number || *number < 0)
        return;
    const BootClock::time_point moment{std::chrono::nanoseconds(*number)};
    if (moment > BootClock::now() || (m_end && moment + *m_length <= *m_end))
        return;
    m_end = moment + *m_length;
    const auto sinceBoot = m_end->time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(sinceBoot);
    itimerspec end = {};
    end.it_value.tv_sec = seconds.count();
    end.it_value.tv_nsec = std::max<std::int64_t>(1, (sinceBoot - seconds).count()); // all zeros would disarm it
    ::timerfd_settime(m_timer.number(), TFD_TIMER_ABSTIME, &end, nullptr);
}

std::optional<Notice> Lease::look() const
{
    if (!m_length)
        return std::nullopt;
    if (!m_end)
        return Notice(via::kLease, "nobody has confirmed that the gate is open");
    if (BootClock::now() < *m_end)
        return std::nullopt;
    return Notice(via::kLease, std::to_string(m_length->count()) + "-ms");
}

} // namespace andon::guard
