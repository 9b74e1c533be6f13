// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>

namespace andon {

/// Where the time of day comes from, so that a test can choose it.
///
/// Durations are never measured with it: they use a steady clock (QElapsedTimer).
/// Implementations must be safe to call from every thread.
class Clock
{
public:
    Clock() = default;
    virtual ~Clock() = default;
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;

    /// The present moment in UTC, to the millisecond.
    [[nodiscard]] virtual QDateTime now() const = 0;

    /// The clock of this machine.
    static const Clock &system();
};

} // namespace andon
