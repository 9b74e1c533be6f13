// SPDX-License-Identifier: Apache-2.0
#include "app/guard/StandingLinux.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace andon::guard::Standing {

void leaveSession(pid_t ownersGroup)
{
    if (::setpgid(0, ownersGroup) == 0 && ::setsid() < 0)
        ::setpgid(0, 0);
}

void raisePriority()
{
    constexpr int kNice = -10;
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, std::min(kNice, ::getpriority(PRIO_PROCESS, 0))));
    static_cast<void>(::mlockall(MCL_CURRENT));
}

} // namespace andon::guard::Standing
