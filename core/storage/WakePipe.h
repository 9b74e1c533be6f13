// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <atomic>
#include <chrono>

namespace andon {

/// Waits for a socket so that another thread can end the waiting.
///
/// A pipe that is waited for beside the socket (pipe(7)); on Windows, where select() takes sockets alone, a look at a
/// flag every few milliseconds.
class WakePipe
{
public:
    using Clock = std::chrono::steady_clock;

    enum class Event {
        Ready,    ///< something can be read, or written where that was asked for, or the connection is broken
        Woken,    ///< `wake` was called since the last wait that it ended
        TimedOut, ///< the deadline has passed
    };

    enum class Interest { Read, ReadAndWrite };

    /// A moment that never comes: to wait without a deadline.
    static constexpr Clock::time_point kNever = Clock::time_point::max();

    WakePipe();
    ~WakePipe();
    WakePipe(const WakePipe &) = delete;
    WakePipe &operator=(const WakePipe &) = delete;

    /// Ends the waiting that goes on now, or the next. Thread-safe.
    void wake() noexcept;

    /// Waits on the owner's thread until one of the events. Signals do not end it.
    [[nodiscard]] Event wait(qintptr socket, Interest interest, Clock::time_point deadline);

private:
    std::atomic_bool m_isWoken{false};
    int m_readEnd = -1;
    int m_writeEnd = -1;
};

} // namespace andon
