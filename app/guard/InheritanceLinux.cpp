// SPDX-License-Identifier: Apache-2.0
#include "app/guard/InheritanceLinux.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace andon::guard {

namespace {

/// What a process does to itself by a fault stays deadly; its children's ends are waited for; the rest is for others.
bool isForOthers(int number)
{
    constexpr std::array kOwn{SIGKILL, SIGSTOP, SIGCHLD, SIGCONT, SIGSEGV, SIGBUS,  SIGILL,
                              SIGFPE,  SIGABRT, SIGTRAP, SIGSYS,  SIGURG,  SIGWINCH};
    return std::find(kOwn.begin(), kOwn.end(), number) == kOwn.end();
}

} // namespace

void Inheritance::takeOver()
{
    reserveStandardStreams();
    m_group = ::getpgrp();
    static_cast<void>(::setpgid(0, 0)); // fails only where it leads a session, and then is in its own group

    struct sigaction action = {};
    for (int number = 1; number < kSignals; ++number) {
        if (::sigaction(number, nullptr, &action) == 0)
            m_isIgnored[static_cast<std::size_t>(number)] = action.sa_handler == SIG_IGN;
        if (isForOthers(number))
            std::signal(number, SIG_IGN);
    }
    std::signal(SIGCHLD, SIG_DFL); // ignored, it would take the children's ends away

    // Told by a descriptor instead, between two waits.
    sigset_t blocked;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGCHLD);
    ::pthread_sigmask(SIG_SETMASK, &blocked, &m_mask);

    // A handle for each process of a large tree.
    m_hasDescriptorLimit = ::getrlimit(RLIMIT_NOFILE, &m_descriptors) == 0;
    if (m_hasDescriptorLimit) {
        rlimit raised = m_descriptors;
        raised.rlim_cur = raised.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &raised);
    }
}

void Inheritance::reserveStandardStreams()
{
    for (int stream = 0; stream <= 2; ++stream) {
        if (::fcntl(stream, F_GETFD) >= 0)
            continue;
        // Nothing else may get the number; and the command finds it closed, as its owner left it.
        const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        if (null >= 0 && null != stream) {
            ::dup3(null, stream, O_CLOEXEC);
            ::close(null);
        }
    }
}

bool Inheritance::passOn() const
{
    if (::setpgid(0, m_group) != 0 && ::getpgrp() != m_group)
        return false;
    if (m_hasDescriptorLimit)
        ::setrlimit(RLIMIT_NOFILE, &m_descriptors);
    for (int number = 1; number < kSignals; ++number) {
        if (number != SIGKILL && number != SIGSTOP)
            std::signal(number, m_isIgnored[static_cast<std::size_t>(number)] ? SIG_IGN : SIG_DFL);
    }
    return ::pthread_sigmask(SIG_SETMASK, &m_mask, nullptr) == 0;
}

} // namespace andon::guard
