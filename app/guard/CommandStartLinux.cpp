// SPDX-License-Identifier: Apache-2.0
#include "app/guard/CommandStartLinux.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace andon::guard {

namespace {

/// In the child. Returns only where the command cannot run; errno says why.
void become(char **command, const Inheritance &inheritance, int errorEnd, pid_t guard)
{
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return;
    if (::getppid() != guard) // it died before the line above
        ::_exit(1);
    if (errorEnd >= 0 && ::dup2(errorEnd, STDERR_FILENO) < 0)
        return;
    if (!inheritance.passOn())
        return;
    // Every descriptor of the guard's but the standard streams closes on the way.
    ::execvp(command[0], command);
}

} // namespace

bool CommandStart::start(char **command, const Inheritance &inheritance, int errorEnd)
{
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return false;
    m_outcome = OwnedDescriptor(ends[0]);
    const OwnedDescriptor childsEnd(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const pid_t guard = ::getpid();
    // A stop may signal the child before it has its own dispositions: blocked, the signal waits for them; ignored, as
    // the guard ignores it, it would be lost.
    sigset_t all;
    sigset_t mask;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &mask);
    const pid_t child = ::fork();
    const int forkError = errno;
    if (child != 0)
        ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    if (child == 0) {
        become(command, inheritance, errorEnd, guard);
        const int error = errno;
        [[maybe_unused]] const ssize_t told = ::write(childsEnd.number(), &error, sizeof(error));
        ::_exit(127);
    }
    if (child < 0) {
        m_outcome.close();
        errno = forkError;
        return false;
    }
    // The child does the same; whoever comes first, it is there from here on. It fails only after the child has.
    static_cast<void>(::setpgid(child, inheritance.group()));
    m_pid = child;
    return true;
}

std::optional<int> CommandStart::readOutcome()
{
    if (!m_outcome.isOpen())
        return std::nullopt;
    int error = 0;
    const ssize_t got = ::read(m_outcome.number(), &error, sizeof(error));
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return std::nullopt;
    m_outcome.close();
    return got == sizeof(error) ? error : 0;
}

void CommandStart::signal(int number) const
{
    // A child that was not reaped keeps its number, so this meets nobody else.
    if (m_pid > 0 && !m_ending)
        ::kill(m_pid, number);
}

} // namespace andon::guard
