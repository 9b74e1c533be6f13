// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/PeakMemory.h"

#include <fstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace andon::bench {

namespace {

/// Of a line such as `VmHWM:     12345 kB`; 0 where there is none.
double statusMiB(const std::string &name)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind(name + ':', 0) == 0)
            return std::stod(line.substr(name.size() + 1)) / 1024;
    }
    return 0;
}

} // namespace

PeakMemory::PeakMemory()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    std::ofstream("/proc/self/clear_refs") << 5; // proc(5): resets the peak
    m_startMiB = statusMiB("VmRSS");
}

std::optional<double> PeakMemory::peakMiB()
{
    const double peak = statusMiB("VmHWM");
    return peak > 0 ? std::optional(peak) : std::nullopt;
}

std::optional<double> PeakMemory::growthMiB() const
{
    const std::optional<double> peak = peakMiB();
    return peak ? std::optional(*peak - m_startMiB) : std::nullopt;
}

} // namespace andon::bench
