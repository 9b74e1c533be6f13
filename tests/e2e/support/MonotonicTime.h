// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <ctime>

namespace andon::test {

/// Nanoseconds of a clock that all processes of the machine share and that never jumps.
[[nodiscard]] inline qint64 monotonicNs()
{
    timespec now = {};
    clock_gettime(CLOCK_MONOTONIC, &now);
    constexpr qint64 kNsPerSecond = 1'000'000'000;
    return static_cast<qint64>(now.tv_sec) * kNsPerSecond + static_cast<qint64>(now.tv_nsec);
}

} // namespace andon::test
