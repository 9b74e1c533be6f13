// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/guard/Notice.h"
#include "core/guard/BootClock.h"
#include "core/guard/OwnedDescriptor.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace andon::guard {

/// What a guard lives by where no permit can be watched: that its owner confirms, again and again, that the gate was
/// open. Once the lease's time has passed since the last confirmation the tree is ended, whatever the owner does.
///
/// Time is counted by BootClock, sleep included, from before the gate was asked.
class Lease
{
public:
    /// No length: none is needed, and it never ends.
    explicit Lease(std::optional<std::chrono::milliseconds> length);

    /// An empty text, or why its end could not be noticed; then nothing may be run.
    [[nodiscard]] std::string open();
    /// Readable once it is over (timerfd_create(2)); -1 where none is needed.
    [[nodiscard]] int timer() const { return m_timer.number(); }

    /// `asked` is what follows the word `lease`: when the question was sent that was answered with open, in nanoseconds
    /// of BootClock. A moment that is none, or has not come yet, confirms nothing.
    void renew(std::string_view asked);
    /// Where it is over, or was never confirmed.
    [[nodiscard]] std::optional<Notice> look() const;

private:
    std::optional<std::chrono::milliseconds> m_length;
    OwnedDescriptor m_timer;
    std::optional<BootClock::time_point> m_end;
};

} // namespace andon::guard
