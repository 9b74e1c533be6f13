// SPDX-License-Identifier: Apache-2.0
#include "app/guard/GuardLinux.h"

#include "app/guard/DescriptorsLinux.h"
#include "app/guard/StandingLinux.h"
#include "app/guard/WaitLinux.h"
#include "core/guard/GuardProtocol.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>

namespace andon::guard {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookEvery{10};
constexpr milliseconds kStrikeEvery{5};
constexpr milliseconds kStrikeSeldom{100};
constexpr milliseconds kLongestCopy{1000};

std::int64_t realtimeUs()
{
    timespec now = {};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

std::string errorText(int error)
{
    return std::generic_category().message(error);
}

OwnedDescriptor openChildSignals()
{
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGCHLD);
    return OwnedDescriptor(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

} // namespace

Guard::Guard(Arguments arguments, const Inheritance &inheritance)
    : m_arguments(std::move(arguments))
    , m_inheritance(inheritance)
    , m_owner(m_arguments.control)
    , m_childSignals(openChildSignals())
    , m_null(::open("/dev/null", O_RDWR | O_CLOEXEC))
    , m_ring(HoldKeys(m_arguments.holdKeys))
    , m_lease(m_arguments.lease)
{
}

void Guard::run()
{
    if (!prepare())
        return;
    while (!m_isFinished) {
        waitForSomething();
        hearStops();
        hearOwner();
        hearLease();
        reap();
        if (!m_isFinished)
            advance();
    }
}

bool Guard::prepare()
{
    std::string error;
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        error = "subreaper: " + errorText(errno);
    else if (!m_childSignals.isOpen())
        error = "signalfd: " + errorText(errno);
    else if (!ProcessWalk::stat(::getpid()))
        error = "/proc cannot be read";
    else if (const std::string watchError = m_watch.open(m_arguments); !watchError.empty())
        error = "the database's folder cannot be watched: " + watchError;
    else if (const std::string leaseError = m_lease.open(); !leaseError.empty())
        error = "timerfd: " + leaseError;
    if (!error.empty()) {
        m_owner.send(std::string(word::kRefused) + " watch " + error);
        return false;
    }
    const std::string socketError = m_ring.open(m_watch.folder(), m_arguments.name);
    std::string packet(word::kWatching);
    packet += " protocol=" + std::to_string(kProtocolVersion);
    packet += " socket=" + (socketError.empty() ? m_ring.name() : std::string("none"));
    packet += " tail=" + std::string(ErrorTail::prospect());
    if (!socketError.empty())
        packet += " socket_error " + socketError;
    m_owner.send(std::move(packet));
    return true;
}

void Guard::waitForSomething()
{
    Wait wait;
    wait.add(m_owner.number(), static_cast<short>(m_owner.hasMore() ? POLLIN | POLLOUT : POLLIN));
    wait.add(m_childSignals.number());
    wait.add(m_command.outcome());
    if (!m_notice) {
        wait.add(m_ring.number());
        wait.add(m_watch.events());
        wait.add(m_watch.answer());
        wait.until(m_watch.deadline());
    }
    if (needsLease())
        wait.add(m_lease.timer());
    if (m_phase == Phase::Running)
        wait.until(m_timeLimit);
    if (m_phase == Phase::Terminating)
        wait.until(m_graceEnd);
    if (m_phase == Phase::Terminating || m_phase == Phase::Killing)
        wait.until(m_nextLook);
    if (m_isClosing && !m_isTailSent)
        wait.until(m_closeBegin + kLongestCopy);
    wait.carryOut();
    m_now = Clock::now();
    m_nowUs = realtimeUs();
}

void Guard::hearStops()
{
    if (m_notice)
        return;
    // The socket first: it is obeyed whatever the files do.
    std::optional<Notice> heard = m_ring.read();
    if (!heard)
        heard = m_watch.read();
    leaveLookerOut();
    if (heard)
        notice(*heard);
}

void Guard::leaveLookerOut()
{
    if (const pid_t looker = m_watch.takeLooker(); looker > 0)
        m_tree.leaveOut(looker);
}

void Guard::hearOwner()
{
    m_owner.flush();
    // More than can wait in a socket after this process has stood still for long; but an owner that never leaves off
    // talking keeps nothing else from being heard.
    constexpr int kMostAtOnce = 1024;
    for (int i = 0; i < kMostAtOnce; ++i) {
        const std::optional<std::string> packet = m_owner.receive();
        if (!packet)
            break;
        obey(*packet);
    }
    if (!m_owner.isClosed() || m_isOwnerGone)
        return;
    m_isOwnerGone = true;
    m_graceEnd = m_now;
    if (m_phase == Phase::Watching || m_phase == Phase::Looking)
        m_isFinished = true;
    else
        notice(Notice(via::kOwnerGone, {}));
}

void Guard::obey(const std::string &packet)
{
    const std::string_view first = firstWord(packet);
    const bool isBefore = m_phase == Phase::Watching || m_phase == Phase::Looking;
    if (first == word::kGo && m_phase == Phase::Watching) {
        m_phase = Phase::Looking;
        m_watch.look();
        leaveLookerOut();
    } else if (first == word::kCancel && isBefore) {
        m_isFinished = true;
    } else if (first == word::kStop) {
        notice(Notice(via::kOwner, std::string(rest(packet))));
    } else if (first == word::kLease) {
        m_lease.renew(rest(packet));
    } else if (first == word::kSignal) {
        constexpr std::int64_t kLastSignal = 64;
        const std::optional<std::int64_t> number = toNumber(rest(packet));
        if (number && *number > 0 && *number <= kLastSignal)
            m_command.signal(static_cast<int>(*number));
    }
}

bool Guard::needsLease() const
{
    return !m_notice && (m_phase == Phase::Looking || m_phase == Phase::Running);
}

void Guard::hearLease()
{
    if (!needsLease())
        return;
    // After the owner was heard: what it has confirmed in time counts, however late this process came to hear it.
    if (const std::optional<Notice> over = m_lease.look())
        notice(*over);
}

void Guard::notice(const Notice &notice)
{
    if (m_notice)
        return;
    m_notice = notice;
    if (m_phase == Phase::Running)
        beginEnd(TreeEnd::Why::Stopped, notice);
}

void Guard::reap()
{
    std::array<signalfd_siginfo, 16> told;
    while (::read(m_childSignals.number(), told.data(), sizeof(told)) > 0) {}
    for (;;) {
        int status = 0;
        const pid_t child = ::waitpid(-1, &status, WNOHANG);
        if (child <= 0)
            return;
        m_tree.forget(child);
        if (child == m_command.pid() && !m_command.ending())
            m_command.setEnding(status);
        else if (child == m_tail.copier())
            m_tail.forgetCopier();
    }
}

void Guard::advance()
{
    switch (m_phase) {
    case Phase::Watching:
    case Phase::Over:
        break;
    case Phase::Looking:
        if (m_notice)
            refuse();
        else if (!m_watch.isLooking())
            launch();
        break;
    case Phase::Running:
        advanceRun();
        break;
    case Phase::Terminating:
        advanceTermination();
        break;
    case Phase::Killing:
        advanceKilling();
        break;
    }
    if (m_isClosing)
        advanceClosing();
}

void Guard::refuse()
{
    m_phase = Phase::Over;
    m_owner.send(std::string(word::kRefused) + ' ' + std::string(m_notice->via) + ' ' + m_notice->detail);
    close();
}

void Guard::launch()
{
    m_tail.start();
    if (m_tail.copier() > 0)
        m_tree.leaveOut(m_tail.copier());
    hearStops(); // as late as can be
    hearLease();
    if (m_notice) {
        refuse();
        return;
    }
    if (!m_command.start(m_arguments.command, m_inheritance, m_tail.commandsEnd())) {
        m_phase = Phase::Over;
        fail(errno, "fork");
        return;
    }
    m_phase = Phase::Running;
    if (m_arguments.timeout)
        m_timeLimit = m_now + *m_arguments.timeout;
    // From here on only the command's tree has what the owner gave it, so that pipes close when the tree closes them.
    m_tail.letGo();
    for (int stream = 0; stream <= 2 && m_null.isOpen(); ++stream)
        ::dup3(m_null.number(), stream, O_CLOEXEC);
    [[maybe_unused]] const int kept = ::chdir("/"); // the command may be about to remove its folder
    Standing::leaveSession(m_inheritance.group());
    Standing::raisePriority();
}

void Guard::fail(int error, std::string_view stage)
{
    m_owner.send(std::string(word::kFailed) + " errno=" + std::to_string(error) + " stage=" + std::string(stage));
    close();
}

void Guard::advanceRun()
{
    if (const std::optional<int> error = m_command.readOutcome()) {
        if (*error == 0)
            m_owner.send(std::string(word::kStarted) + " pid=" + std::to_string(m_command.pid()));
        else
            m_startError = error;
    }
    if (m_command.ending() && m_startError) {
        m_phase = Phase::Over;
        fail(*m_startError, "exec");
    } else if (m_command.ending()) {
        beginEnd(TreeEnd::Why::Exited, Notice("none", {}));
    } else if (m_timeLimit && m_now >= *m_timeLimit) {
        beginEnd(TreeEnd::Why::TimedOut, Notice(via::kTimeout, {}));
    }
}

void Guard::beginEnd(TreeEnd::Why why, const Notice &notice)
{
    m_phase = Phase::Terminating;
    m_end.why = why;
    m_end.via = notice.via;
    m_end.detail = notice.detail;
    m_end.noticedUs = m_nowUs;
    m_end.noticedAt = m_now;
    m_graceEnd = m_isOwnerGone ? m_now : m_now + m_arguments.grace;
    m_end.processes = terminate();
    m_end.signalled = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - m_end.noticedAt);
    if (why == TreeEnd::Why::Exited)
        m_end.leftBehind = m_end.processes;
    else
        m_owner.send(m_end.stoppingPacket());
    reap();
    advanceTermination();
}

int Guard::terminate()
{
    const auto begin = Clock::now();
    const int found = m_tree.terminate().alive;
    const auto end = Clock::now();
    // A tree of thousands takes longer to look through; it is left some of the processor to end in.
    m_nextLook = end + std::max<Clock::duration>(kLookEvery, 2 * (end - begin));
    return found;
}

void Guard::advanceTermination()
{
    if (m_tree.isEmpty()) {
        report();
        return;
    }
    if (m_now >= m_graceEnd) {
        m_phase = Phase::Killing;
        m_strikeBegin = Clock::now();
        m_nextLook = m_strikeBegin;
        advanceKilling();
    } else if (m_now >= m_nextLook) {
        terminate();
    }
}

void Guard::advanceKilling()
{
    constexpr milliseconds kUntilReported{2000};
    constexpr milliseconds kUntilGivenUp{10'000};
    if (m_tree.isEmpty()) {
        if (m_isClosing)
            m_owner.send(std::string(word::kGone));
        report();
        return;
    }
    const auto now = Clock::now();
    const auto struckFor = now - m_strikeBegin;
    if (now >= m_nextLook) {
        const bool isGrowing = m_tree.strike().fresh > 0;
        reap();
        // Each end is told by a signal; a look is for what may have come in between, and leaves them the processor.
        const auto end = Clock::now();
        const Clock::duration pause = struckFor < kUntilReported ? kStrikeEvery : kStrikeSeldom;
        m_nextLook = end + (isGrowing ? Clock::duration::zero() : std::max<Clock::duration>(pause, 4 * (end - now)));
        if (isGrowing)
            m_lastGrowth = end;
    }
    if (struckFor > kUntilReported && !m_isClosing) {
        m_end.survivors = m_tree.alive();
        sendEnd();
    }
    // What is left then has had SIGKILL long since, or is beyond this account's reach; and nobody waits for it.
    if (m_isOwnerGone && now - std::max(m_strikeBegin, m_lastGrowth) > kUntilGivenUp)
        m_phase = Phase::Over;
}

void Guard::report()
{
    m_phase = Phase::Over;
    if (!m_isClosing)
        sendEnd();
}

void Guard::sendEnd()
{
    m_end.dead = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - m_end.noticedAt);
    m_end.killed = m_tree.killed();
    m_end.ending = m_command.ending();
    m_owner.send(m_end.donePacket());
    close();
}

void Guard::close()
{
    m_isClosing = true;
    m_closeBegin = m_now;
    m_tail.letGo();
}

void Guard::advanceClosing()
{
    const bool isCopied = m_tail.copier() == 0;
    if (!m_isTailSent && (isCopied || m_now >= m_closeBegin + kLongestCopy)) {
        if (!isCopied)
            ::kill(m_tail.copier(), SIGKILL); // its reader does not read
        m_ring.close();                       // so that nothing is left lying about when the owner hears the last of it
        m_owner.send(std::string(word::kTail) + ' ' + m_tail.text());
        m_isTailSent = true;
    }
    // With survivors it stays until they have ended, or nobody waits for that any more.
    const bool isWaitedFor = m_phase == Phase::Killing && !m_isOwnerGone;
    if (m_isTailSent && !isWaitedFor && !m_owner.hasMore())
        m_isFinished = true;
}

} // namespace andon::guard
