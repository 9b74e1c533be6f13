// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/SignalRelay.h"

#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace andon::ctl {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM};

volatile std::sig_atomic_t writeEnd = -1;

extern "C" void noteSignal(int number, siginfo_t *info, void *)
{
    const int error = errno;
    const std::array<char, 2> message{static_cast<char>(number), static_cast<char>(info->si_code > 0 ? 1 : 0)};
    if (::write(writeEnd, message.data(), message.size()) < 0) {
        // Full: so many wait already that one more says nothing new.
    }
    errno = error;
}

} // namespace

SignalRelay::SignalRelay()
{
    if (::pipe2(m_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    writeEnd = m_pipe[1];
    for (const int number : kSignals) {
        struct sigaction before = {};
        if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN)
            continue; // nohup and its like: the command shall not get it either
        struct sigaction action = {};
        action.sa_sigaction = noteSignal;
        action.sa_flags = SA_SIGINFO;
        sigfillset(&action.sa_mask);
        ::sigaction(number, &action, nullptr);
    }
}

SignalRelay::~SignalRelay()
{
    for (const int number : kSignals) {
        struct sigaction now = {};
        if (::sigaction(number, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0)
            std::signal(number, SIG_DFL);
    }
    writeEnd = -1;
    for (const int end : m_pipe) {
        if (end >= 0)
            ::close(end);
    }
}

int SignalRelay::descriptor() const
{
    return m_pipe[0];
}

SignalRelay::Arrival SignalRelay::take()
{
    std::array<char, 2> message{};
    if (::read(m_pipe[0], message.data(), message.size()) != static_cast<ssize_t>(message.size()))
        return {};
    return {message[0], message[1] != 0};
}

} // namespace andon::ctl

#else

namespace andon::ctl {

// The console sends its events to all that are attached to it, the command included.
SignalRelay::SignalRelay() = default;
SignalRelay::~SignalRelay() = default;

int SignalRelay::descriptor() const
{
    return -1;
}

SignalRelay::Arrival SignalRelay::take()
{
    return {};
}

} // namespace andon::ctl

#endif
