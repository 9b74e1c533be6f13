// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/OwnedDescriptor.h"
#include "core/guard/ProcessWalkLinux.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace andon {

/// All processes below the one that asks, and how they are ended. Below Qt: the guard is built from it, too.
///
/// The caller is a subreaper (prctl(2), PR_SET_CHILD_SUBREAPER): a process whose parent ends becomes the caller's
/// child, so that nothing below it leaves the tree, whatever group or session it makes for itself.
///
/// **No process of anybody else is ever signalled.** A number read out of /proc may have passed on to a new process
/// by the time it is used. So a candidate is first given a handle (pidfd_open(2)), and only then its parent is read.
/// It counts as a member if the parent is the caller itself, or a member whose own handle shows *after* the reading
/// that it has not been reaped: then the number that was read still meant that member. The candidate's own handle is
/// asked the same, so that what was read was about it. Once in the tree a process is in it for good, and signals go to
/// the handle, never to a number. On a kernel without these calls, or out of descriptors, the time at which the process
/// started takes the place of the handle, and the signal follows its last comparison at once.
///
/// Not thread-safe.
class ProcessTree
{
public:
    /// What this kernel is to be asked with; both by default, where it has them. For tests.
    struct Means
    {
        bool childrenFiles = true;
        bool handles = true;
    };

    /// What one pass found. Processes that have ended and only await their parent count nowhere.
    struct Pass
    {
        int alive = 0;
        int fresh = 0;   ///< seen for the first time
        int running = 0; ///< may still do something: neither stopped nor killed nor beyond this account's reach
    };

    /// The tree below the calling process.
    ProcessTree();
    explicit ProcessTree(Means means);

    /// Makes a child no part of it, nor what is below that child.
    void leaveOut(pid_t child);
    /// The same for all children that the caller has now.
    void leaveOutChildren();
    /// To be told of each process that the caller has reaped: its number may pass on.
    void forget(pid_t reaped);

    /// Looks, and signals nobody.
    Pass look();
    /// Passes until one finds nothing new: SIGTERM to each process that has not had it, SIGCONT to the stopped ones.
    /// Parents before children, so that a shell does not go on to its next command.
    Pass terminate();
    /// SIGSTOP to all until a pass finds nothing new (and, in a tree that has been seen to multiply, nothing running),
    /// then SIGKILL to all: what makes processes faster than they can be killed one by one is stopped first. The
    /// stopping has its limits in time; what is left then meets the next call.
    Pass strike();

    /// Whether nothing is left: the caller has no child but those left out. False also where nobody can tell.
    /// The caller reaps before it asks.
    [[nodiscard]] bool isEmpty() const;
    /// Reaps those members that are children of the caller, and no other child of it.
    void reapMembers();

    /// What the last pass found alive, and the caller's own children if they could not be looked at.
    [[nodiscard]] std::vector<pid_t> alive() const;
    /// How many processes have been sent SIGKILL.
    [[nodiscard]] int killed() const { return m_killed; }

private:
    struct Member
    {
        OwnedDescriptor handle; ///< not open where there are none
        std::uint64_t startTicks = 0;
        pid_t parent = 0;
        unsigned pass = 0; ///< in which it was last seen
        bool isAlive = true;
        bool isStopped = false;
        bool isFrozen = false; ///< was stopped, and then its children were read: while it stays so there is nothing new
        bool isWaiting = false; ///< uninterruptibly: a signal finds it before it runs again
        bool wasTerminated = false;
        bool wasKilled = false;
        bool isBeyondReach = false; ///< this account may not signal it
    };
    enum class Order { ChildrenFirst, SignalFirst };
    enum class Extent { All, NotFrozen };

    template<typename Act>
    Pass walk(Order order, Extent extent, Act act);
    Pass freeze(Extent extent);
    Pass kill();

    Member *visit(pid_t pid, ProcessWalk::Stat *stat, bool *isFresh);
    [[nodiscard]] bool isStill(pid_t pid, const Member &member) const;
    [[nodiscard]] bool isOurs(pid_t parent) const;
    void send(pid_t pid, Member &member, int signal) const;
    [[nodiscard]] OwnedDescriptor handleOf(pid_t pid, bool *isGone);
    [[nodiscard]] bool isLeftOut(pid_t pid) const;
    [[nodiscard]] bool isFrozen(pid_t pid) const;
    bool appendChildrenOf(pid_t pid, std::int64_t threads, std::vector<pid_t> *children) const;

    pid_t m_root;
    Means m_means;
    int m_handleLimit;
    unsigned m_pass = 0;
    int m_killed = 0;
    bool m_multiplies = false; ///< it has made new processes while it was being struck
    std::unordered_map<pid_t, Member> m_members;
    std::unordered_map<pid_t, std::uint64_t> m_leftOut; ///< start ticks
    ProcessWalk::Links m_links;                         ///< of one pass, where there are no children files
};

} // namespace andon
