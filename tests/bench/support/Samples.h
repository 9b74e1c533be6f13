// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace andon::bench {

/// Measured values of one thing, in whatever unit they were taken.
class Samples
{
public:
    void add(double value) { m_values.push_back(value); }
    [[nodiscard]] bool isEmpty() const { return m_values.empty(); }
    [[nodiscard]] int count() const { return static_cast<int>(m_values.size()); }

    /// The smallest value that at least this share (0 to 1) of the values do not exceed (nearest
    /// rank: an outlier is never averaged away). NaN where nothing was measured.
    [[nodiscard]] double percentile(double share) const;
    [[nodiscard]] double median() const { return percentile(0.5); }
    [[nodiscard]] double max() const { return percentile(1.0); }

private:
    std::vector<double> m_values;
};

} // namespace andon::bench
