// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/Samples.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace andon::bench {

double Samples::percentile(double share) const
{
    if (m_values.empty())
        return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> sorted = m_values;
    std::sort(sorted.begin(), sorted.end());
    const double rank = std::ceil(share * static_cast<double>(sorted.size()));
    const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
    return sorted.at(std::min(index, sorted.size() - 1));
}

} // namespace andon::bench
