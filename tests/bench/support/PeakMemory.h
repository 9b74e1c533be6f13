// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace andon::bench {

/// How much more memory this process had resident at its peak than at the start of the measurement.
/// Linux alone tells (/proc/self/status); elsewhere nothing is known.
class PeakMemory
{
public:
    /// Forgets the peak so far.
    PeakMemory();

    [[nodiscard]] std::optional<double> growthMiB() const;
    /// The peak itself, with all that the process had before.
    [[nodiscard]] static std::optional<double> peakMiB();

private:
    double m_startMiB = 0;
};

} // namespace andon::bench
