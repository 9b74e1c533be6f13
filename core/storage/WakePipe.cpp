// SPDX-License-Identifier: Apache-2.0
#include "core/storage/WakePipe.h"

#include <algorithm>
#include <limits>

#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr int kForever = -1;

/// Rounded up: a wait that ends before the deadline would be begun again at once, many times.
int millisecondsUntil(WakePipe::Clock::time_point deadline)
{
    if (deadline == WakePipe::kNever)
        return kForever;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - WakePipe::Clock::now()).count();
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left, 0, std::numeric_limits<int>::max()));
}

} // namespace

#ifdef Q_OS_WIN

namespace {
constexpr int kLookMs = 10; ///< how long another thread's wish may go unseen
}

WakePipe::WakePipe() = default;
WakePipe::~WakePipe() = default;

void WakePipe::wake() noexcept
{
    m_isWoken = true;
}

WakePipe::Event WakePipe::wait(qintptr socket, Interest interest, Clock::time_point deadline)
{
    for (;;) {
        if (m_isWoken.exchange(false))
            return Event::Woken;
        const int left = millisecondsUntil(deadline);
        WSAPOLLFD watched{};
        watched.fd = static_cast<SOCKET>(socket);
        watched.events = static_cast<SHORT>(interest == Interest::Read ? POLLRDNORM : POLLRDNORM | POLLWRNORM);
        if (WSAPoll(&watched, 1, left == kForever ? kLookMs : std::min(left, kLookMs)) != 0)
            return Event::Ready;
        if (left == 0)
            return Event::TimedOut;
    }
}

#else

WakePipe::WakePipe()
{
    int ends[2] = {-1, -1}; // NOLINT(modernize-avoid-c-arrays): what pipe(2) takes
    if (::pipe(ends) != 0)
        return; // then a wait ends by itself, see below
    m_readEnd = ends[0];
    m_writeEnd = ends[1];
    for (const int end : ends) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
}

WakePipe::~WakePipe()
{
    if (m_readEnd >= 0)
        ::close(m_readEnd);
    if (m_writeEnd >= 0)
        ::close(m_writeEnd);
}

void WakePipe::wake() noexcept
{
    if (m_isWoken.exchange(true))
        return; // it is in the pipe already
    const char byte = 0;
    while (m_writeEnd >= 0 && ::write(m_writeEnd, &byte, 1) < 0 && errno == EINTR) {}
}

WakePipe::Event WakePipe::wait(qintptr socket, Interest interest, Clock::time_point deadline)
{
    constexpr int kLookMs = 10; // where there is no descriptor left for a pipe
    for (;;) {
        int left = millisecondsUntil(deadline);
        const bool mustLook = m_readEnd < 0 && (left == kForever || left > kLookMs);
        pollfd watched[] = {
            {m_readEnd, POLLIN, 0}, // NOLINT(modernize-avoid-c-arrays): what poll(2) takes
            {static_cast<int>(socket), static_cast<short>(interest == Interest::Read ? POLLIN : POLLIN | POLLOUT), 0}};
        const int found = ::poll(watched, 2, mustLook ? kLookMs : left);
        if (found < 0 && errno != EINTR)
            return Event::Ready; // the socket's own error tells more
        if (m_isWoken) {
            char byte = 0;
            while (m_readEnd >= 0 && ::read(m_readEnd, &byte, 1) < 0 && errno == EINTR) {}
            m_isWoken = false;
            return Event::Woken;
        }
        if (found > 0 && watched[1].revents != 0)
            return Event::Ready;
        if (found == 0 && !mustLook)
            return Event::TimedOut;
    }
}

#endif

} // namespace andon
