// SPDX-License-Identifier: Apache-2.0
#include "app/guard/DescriptorsLinux.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

namespace andon::guard {

namespace {

void closeRange(unsigned first, unsigned last)
{
    if (first > last || ::syscall(SYS_close_range, first, last, 0) == 0)
        return;
    // Before Linux 5.9: one by one, as far as this process may have any.
    rlimit limit = {};
    constexpr rlim_t kMany = 65'536;
    const bool isKnown = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
    const auto end = static_cast<unsigned>(std::min(isKnown ? limit.rlim_max : kMany, kMany));
    for (unsigned number = first; number <= last && number < end; ++number)
        ::close(static_cast<int>(number));
}

} // namespace

void closeAllBut(std::vector<int> kept)
{
    std::sort(kept.begin(), kept.end());
    unsigned next = 0;
    for (const int number : kept) {
        if (number < 0)
            continue;
        const auto keep = static_cast<unsigned>(number);
        if (keep > next)
            closeRange(next, keep - 1);
        next = keep + 1;
    }
    closeRange(next, UINT_MAX);
}

std::string pathThrough(int descriptor, const std::string &name)
{
    const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
    return name.empty() ? path : path + '/' + name;
}

} // namespace andon::guard
