// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

namespace andon::ctl {

/// Takes the signals that are meant for the command that this program runs.
///
/// What the terminal sends (Ctrl+C) reaches the command by itself, since it is of the same process group; what another
/// process sends to this one is passed on (sigaction(2), si_code). One at a time in a process.
class SignalRelay
{
public:
    SignalRelay();
    ~SignalRelay();
    SignalRelay(const SignalRelay &) = delete;
    SignalRelay &operator=(const SignalRelay &) = delete;

    /// Readable when a signal has arrived; -1 where there are no such signals.
    [[nodiscard]] int descriptor() const;

    struct Arrival
    {
        int number = 0;              ///< 0: none
        bool isFromTerminal = false; ///< the command has had it
    };
    /// The next that has arrived.
    [[nodiscard]] Arrival take();

private:
    std::array<int, 2> m_pipe{-1, -1};
};

} // namespace andon::ctl
