// SPDX-License-Identifier: Apache-2.0
#include "core/guard/ProcessTreeLinux.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <thread>

// The numbers are the same on every architecture (asm-generic/unistd.h), and older headers lack the names.
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

namespace andon {

namespace {

constexpr int kSpareDescriptors = 64;
constexpr auto kLongestFreeze = std::chrono::seconds(2);
constexpr auto kUntilStopped = std::chrono::microseconds(100);
constexpr auto kLongestStop = std::chrono::milliseconds(100);

int sendThrough(int handle, int signal)
{
    return static_cast<int>(::syscall(SYS_pidfd_send_signal, handle, signal, nullptr, 0));
}

int descriptorsToKeep()
{
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 256;
    constexpr rlim_t kMany = 100'000;
    return static_cast<int>(std::min(limit.rlim_cur, kMany)) - kSpareDescriptors;
}

} // namespace

ProcessTree::ProcessTree()
    : ProcessTree(Means())
{
}

ProcessTree::ProcessTree(Means means)
    : m_root(::getpid())
    , m_means(means)
    , m_handleLimit(descriptorsToKeep())
{
    m_means.childrenFiles = means.childrenFiles && ProcessWalk::hasChildrenFiles();
}

void ProcessTree::leaveOut(pid_t child)
{
    if (const auto stat = ProcessWalk::stat(child))
        m_leftOut[child] = stat->startTicks;
}

void ProcessTree::leaveOutChildren()
{
    if (!m_means.childrenFiles)
        m_links = ProcessWalk::childrenOfAll().value_or(ProcessWalk::Links());
    std::vector<pid_t> children;
    appendChildrenOf(m_root, 0, &children);
    for (const pid_t child : children)
        leaveOut(child);
}

void ProcessTree::forget(pid_t reaped)
{
    m_leftOut.erase(reaped);
    m_members.erase(reaped);
}

bool ProcessTree::isLeftOut(pid_t pid) const
{
    const auto found = m_leftOut.find(pid);
    if (found == m_leftOut.end())
        return false;
    const auto stat = ProcessWalk::stat(pid);
    return stat && stat->startTicks == found->second;
}

bool ProcessTree::appendChildrenOf(pid_t pid, std::int64_t threads, std::vector<pid_t> *children) const
{
    if (m_means.childrenFiles)
        return ProcessWalk::appendChildren(pid, threads, children);
    const auto found = m_links.find(pid);
    if (found != m_links.end())
        children->insert(children->end(), found->second.begin(), found->second.end());
    return true;
}

bool ProcessTree::isFrozen(pid_t pid) const
{
    const auto found = m_members.find(pid);
    return found != m_members.end() && found->second.isFrozen;
}

OwnedDescriptor ProcessTree::handleOf(pid_t pid, bool *isGone)
{
    *isGone = false;
    if (!m_means.handles)
        return {};
    OwnedDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!handle.isOpen()) {
        *isGone = errno == ESRCH || errno == EINVAL; // EINVAL: a thread's number, not a process's
        if (errno == ENOSYS)
            m_means.handles = false;
    } else if (handle.number() >= m_handleLimit) {
        return {};
    }
    return handle;
}

bool ProcessTree::isStill(pid_t pid, const Member &member) const
{
    if (member.handle.isOpen())
        return sendThrough(member.handle.number(), 0) == 0 || errno == EPERM;
    const auto stat = ProcessWalk::stat(pid);
    return stat && stat->startTicks == member.startTicks;
}

bool ProcessTree::isOurs(pid_t parent) const
{
    if (parent == m_root)
        return true;
    const auto found = m_members.find(parent);
    return found != m_members.end() && isStill(parent, found->second);
}

ProcessTree::Member *ProcessTree::visit(pid_t pid, ProcessWalk::Stat *stat, bool *isFresh)
{
    *isFresh = false;
    const auto known = m_members.find(pid);
    if (known != m_members.end()) {
        Member &member = known->second;
        if (member.pass == m_pass)
            return nullptr; // seen already
        const auto now = ProcessWalk::stat(pid);
        if (now && now->startTicks == member.startTicks && isStill(pid, member)) {
            *stat = *now;
            return &member;
        }
        m_members.erase(known); // reaped; a new process may have its number
    }
    if (pid <= 1 || pid == m_root || isLeftOut(pid))
        return nullptr;

    // The order of these four is what keeps other people's processes out: see the class.
    bool isGone = false;
    Member member;
    member.handle = handleOf(pid, &isGone);
    const auto now = isGone ? std::nullopt : ProcessWalk::stat(pid);
    if (!now || !isOurs(now->parent))
        return nullptr;
    member.startTicks = now->startTicks;
    if (!isStill(pid, member))
        return nullptr;
    *stat = *now;
    *isFresh = true;
    return &m_members.emplace(pid, std::move(member)).first->second;
}

void ProcessTree::send(pid_t pid, Member &member, int signal) const
{
    int result = -1;
    if (member.handle.isOpen())
        result = sendThrough(member.handle.number(), signal);
    else if (isStill(pid, member))
        result = ::kill(pid, signal);
    else
        return;
    member.isBeyondReach = result != 0 && errno == EPERM;
}

template<typename Act>
ProcessTree::Pass ProcessTree::walk(Order order, Extent extent, Act act)
{
    Pass result;
    ++m_pass;
    if (!m_means.childrenFiles)
        m_links = ProcessWalk::childrenOfAll().value_or(ProcessWalk::Links());
    std::vector<pid_t> queue;
    appendChildrenOf(m_root, 0, &queue);

    bool areMembersQueued = false;
    for (std::size_t next = 0;; ++next) {
        if (next == queue.size()) {
            // Lists made while processes end may leave some out; who is known need not be found again.
            if (areMembersQueued)
                break;
            areMembersQueued = true;
            for (auto &[pid, member] : m_members) {
                if (extent == Extent::NotFrozen && member.isFrozen) {
                    member.pass = m_pass;
                    ++result.alive;
                } else if (member.pass != m_pass) {
                    queue.push_back(pid);
                }
            }
            if (next == queue.size())
                break;
        }
        const pid_t pid = queue[next];
        if (extent == Extent::NotFrozen && isFrozen(pid))
            continue;
        ProcessWalk::Stat stat;
        bool isFresh = false;
        Member *member = visit(pid, &stat, &isFresh);
        if (member == nullptr)
            continue;
        member->pass = m_pass;
        member->parent = stat.parent;
        member->isAlive = !stat.isDefunct();
        member->isStopped = stat.isStopped();
        member->isWaiting = stat.state == 'D';

        bool areChildrenKnown = false;
        if (order == Order::ChildrenFirst)
            areChildrenKnown = appendChildrenOf(pid, stat.threads, &queue);
        if (member->isAlive)
            act(pid, *member);
        if (order == Order::SignalFirst)
            areChildrenKnown = appendChildrenOf(pid, stat.threads, &queue);
        member->isFrozen = member->isStopped && areChildrenKnown && m_means.childrenFiles;

        result.alive += member->isAlive ? 1 : 0;
        result.fresh += isFresh && member->isAlive ? 1 : 0;
        const bool standsStill = member->isStopped || member->isWaiting;
        const bool canRun = member->isAlive && !standsStill && !member->wasKilled && !member->isBeyondReach;
        result.running += canRun ? 1 : 0;
    }
    for (auto member = m_members.begin(); member != m_members.end();)
        member = member->second.pass == m_pass ? std::next(member) : m_members.erase(member);
    return result;
}

ProcessTree::Pass ProcessTree::look()
{
    return walk(Order::ChildrenFirst, Extent::All, [](pid_t, const Member &) {});
}

ProcessTree::Pass ProcessTree::terminate()
{
    constexpr int kMaxPasses = 5; // what keeps making new processes meets the next call, or the end of the grace
    Pass total;
    for (int i = 0; i < kMaxPasses; ++i) {
        const Pass pass = walk(Order::ChildrenFirst, Extent::All, [this](pid_t pid, Member &member) {
            if (!member.wasTerminated)
                send(pid, member, SIGTERM);
            member.wasTerminated = true;
            if (member.isStopped)
                send(pid, member, SIGCONT);
        });
        total.fresh += pass.fresh;
        total.running = pass.running;
        total.alive = i == 0 ? pass.alive : total.alive + pass.fresh;
        if (pass.fresh == 0)
            break;
    }
    return total;
}

ProcessTree::Pass ProcessTree::freeze(Extent extent)
{
    return walk(Order::SignalFirst, extent, [this](pid_t pid, Member &member) {
        if (!member.isStopped && !member.wasKilled)
            send(pid, member, SIGSTOP);
    });
}

ProcessTree::Pass ProcessTree::kill()
{
    return walk(Order::ChildrenFirst, Extent::All, [this](pid_t pid, Member &member) {
        send(pid, member, SIGKILL);
        if (!member.wasKilled && !member.isBeyondReach)
            ++m_killed;
        member.wasKilled = true;
    });
}

ProcessTree::Pass ProcessTree::strike()
{
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    auto lastFresh = start;
    Extent extent = Extent::All;
    int fresh = 0;
    for (;;) {
        const Pass pass = freeze(extent);
        const auto now = Clock::now();
        fresh += pass.fresh;
        if (now - start > kLongestFreeze)
            break;
        if (pass.fresh > 0) {
            // The race is on: what stands still already is not looked at again until nothing new is found.
            lastFresh = now;
            m_multiplies = true;
            extent = Extent::NotFrozen;
            continue;
        }
        // Who has SIGSTOP pending makes no child (fork(2) gives way to signals), but for a thread that has not got it
        // yet. Where nothing new has come there is no need to wait for that; where it has, only so long: what is
        // ending already never stops.
        const bool isQuiet = !m_multiplies || pass.running == 0 || now - lastFresh > kLongestStop;
        if (isQuiet && extent == Extent::All)
            break;
        if (isQuiet)
            extent = Extent::All;
        else
            std::this_thread::sleep_for(kUntilStopped); // they must run to stop, perhaps on this very processor
    }
    Pass last = kill();
    last.fresh += fresh;
    return last;
}

bool ProcessTree::isEmpty() const
{
    std::vector<pid_t> children;
    if (m_means.childrenFiles) {
        if (!ProcessWalk::appendChildren(m_root, 0, &children))
            return false;
    } else {
        constexpr int kLooks = 2; // one may have passed a process's number before it was there
        for (int i = 0; i < kLooks; ++i) {
            const auto links = ProcessWalk::childrenOfAll();
            if (!links)
                return false;
            const auto own = links->find(m_root);
            if (own != links->end())
                children.insert(children.end(), own->second.begin(), own->second.end());
        }
    }
    return std::all_of(children.begin(), children.end(), [this](pid_t child) { return isLeftOut(child); });
}

void ProcessTree::reapMembers()
{
    for (auto member = m_members.begin(); member != m_members.end();) {
        const bool isReaped = member->second.parent == m_root && ::waitpid(member->first, nullptr, WNOHANG) > 0;
        member = isReaped ? m_members.erase(member) : std::next(member);
    }
}

std::vector<pid_t> ProcessTree::alive() const
{
    std::vector<pid_t> found;
    for (const auto &[pid, member] : m_members) {
        if (member.isAlive)
            found.push_back(pid);
    }
    std::vector<pid_t> children;
    appendChildrenOf(m_root, 0, &children);
    for (const pid_t child : children) {
        if (m_members.find(child) == m_members.end() && !isLeftOut(child))
            found.push_back(child);
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace andon
