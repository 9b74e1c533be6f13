// SPDX-License-Identifier: Apache-2.0
#include "app/guard/StopWatchLinux.h"

#include "app/guard/Arguments.h"
#include "app/guard/DescriptorsLinux.h"
#include "core/guard/GuardProtocol.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace andon::guard {

namespace {

constexpr auto kLongestLook = std::chrono::seconds(1);

std::string errorText()
{
    return std::generic_category().message(errno);
}

Notice toNotice(const StopAnswer &answer)
{
    switch (answer.verdict) {
    case StopAnswer::Verdict::Request:
        return {via::kRequest, answer.detail.data()};
    case StopAnswer::Verdict::Hold:
        return {via::kHold, answer.detail.data()};
    case StopAnswer::Verdict::Permit:
    case StopAnswer::Verdict::Free:
        break;
    }
    return {via::kPermit, answer.detail.data()};
}

} // namespace

std::string StopWatch::open(const Arguments &arguments)
{
    m_folder = OwnedDescriptor(::open(arguments.folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!m_folder.isOpen())
        return errorText();
    m_events = OwnedDescriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!m_events.isOpen())
        return errorText();
    m_folderWatch = ::inotify_add_watch(m_events.number(), pathThrough(m_folder.number()).c_str(),
                                        IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF
                                            | IN_MOVE_SELF | IN_ONLYDIR);
    if (m_folderWatch < 0)
        return errorText();
    std::optional<std::string> permit;
    if (arguments.hasPermit)
        permit = "andon-permit 1 epoch " + std::to_string(arguments.epoch) + '\n';
    m_look.emplace(m_folder.number(), m_events.number(), arguments.name, std::move(permit),
                   HoldKeys(arguments.holdKeys));
    return {};
}

std::optional<std::chrono::steady_clock::time_point> StopWatch::deadline() const
{
    if (m_isBlind)
        return m_lookedAt; // told at once
    return m_answer.isOpen() ? std::optional(m_lookedAt + kLongestLook) : std::nullopt;
}

void StopWatch::look()
{
    if (m_answer.isOpen())
        m_isToLookAgain = true;
    else
        startLooking();
}

void StopWatch::startLooking()
{
    m_isToLookAgain = false;
    m_lookedAt = std::chrono::steady_clock::now();
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        m_isBlind = true;
        return;
    }
    m_answer = OwnedDescriptor(ends[0]);
    const OwnedDescriptor childsEnd(ends[1]);
    const pid_t guard = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        ::setpgid(0, 0); // not in the guard's group, which the guard is to leave
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != guard)
            ::_exit(1);
        // Above all not the owner's socket, whose end tells the owner that the guard has died.
        closeAllBut({m_look->folder(), m_look->events(), childsEnd.number()});
        const StopAnswer answer = m_look->carryOut();
        const bool isTold = ::write(childsEnd.number(), &answer, sizeof(answer)) == sizeof(answer);
        ::_exit(isTold ? 0 : 1);
    }
    if (child > 0) {
        ::setpgid(child, child); // whoever of the two is first
        m_looker = child;
    }
}

pid_t StopWatch::takeLooker()
{
    return std::exchange(m_looker, 0);
}

std::optional<Notice> StopWatch::read()
{
    std::optional<Notice> notice = readEvents();
    if (!notice)
        notice = readAnswer();
    if (!notice && m_answer.isOpen() && std::chrono::steady_clock::now() >= m_lookedAt + kLongestLook)
        notice.emplace(via::kPermit, "the files could not be looked at within a second");
    return notice;
}

std::optional<Notice> StopWatch::readAnswer()
{
    if (m_isBlind)
        return Notice(via::kPermit, "the files could not be looked at");
    if (!m_answer.isOpen())
        return std::nullopt;
    StopAnswer answer;
    const ssize_t got = ::read(m_answer.number(), &answer, sizeof(answer));
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return std::nullopt;
    m_answer.close();
    if (got != sizeof(answer))
        return Notice(via::kPermit, "the files could not be looked at");
    if (answer.verdict != StopAnswer::Verdict::Free)
        return toNotice(answer);
    m_permitWatch = answer.permitWatch;
    m_holdWatch = answer.holdWatch;
    if (m_isToLookAgain)
        startLooking();
    return std::nullopt;
}

std::optional<Notice> StopWatch::readEvents()
{
    if (!m_events.isOpen())
        return std::nullopt;
    alignas(inotify_event) std::array<char, 16 * 1024> buffer;
    for (;;) {
        const ssize_t got = ::read(m_events.number(), buffer.data(), buffer.size());
        if (got <= 0)
            return std::nullopt;
        for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
            const auto *event = reinterpret_cast<const inotify_event *>(buffer.data() + at);
            at += sizeof(inotify_event) + event->len;
            const std::string name = event->len > 0 ? std::string(event->name) : std::string();
            if (auto notice = understand(*event, name))
                return notice;
        }
    }
}

std::optional<Notice> StopWatch::understand(const inotify_event &event, const std::string &name)
{
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
        look();
        return std::nullopt;
    }
    if (event.wd == m_folderWatch)
        return understandInFolder(event, name);
    if (event.wd == m_holdWatch && (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
        if (m_look->keys().concernFile(name))
            return Notice(via::kHold, name);
        return std::nullopt;
    }
    // The permit, the folder of holds itself, or a watch that a look has just set.
    look();
    return std::nullopt;
}

std::optional<Notice> StopWatch::understandInFolder(const inotify_event &event, const std::string &name)
{
    if ((event.mask & (IN_MOVE_SELF | IN_DELETE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0)
        return Notice(via::kPermit, "the folder of the database was moved or removed");
    const bool hasAppeared = (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0;
    if (name == m_look->requestsName() && hasAppeared)
        return Notice(via::kRequest, {});
    const bool isPermit = m_look->hasPermit() && name == m_look->permitName();
    if (isPermit && !hasAppeared)
        return Notice(via::kPermit, {});
    if (isPermit || (name == m_look->holdsName() && hasAppeared))
        look();
    return std::nullopt;
}

} // namespace andon::guard
