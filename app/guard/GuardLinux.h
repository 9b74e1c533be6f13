// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/guard/Arguments.h"
#include "app/guard/CommandStartLinux.h"
#include "app/guard/ErrorTailLinux.h"
#include "app/guard/InheritanceLinux.h"
#include "app/guard/LeaseLinux.h"
#include "app/guard/Notice.h"
#include "app/guard/OwnerChannel.h"
#include "app/guard/RingSocketLinux.h"
#include "app/guard/StopWatchLinux.h"
#include "app/guard/TreeEnd.h"
#include "core/guard/ProcessTreeLinux.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace andon::guard {

/// One guarded command, from the watch that is set before it to the last of its processes.
///
/// A single thread that only ever waits in poll(2), for all ways of a stop at once. It reads no database and takes no
/// lock; what may wait for a disk or a reader is done by children (`StopWatch`, `ErrorTail`).
class Guard
{
public:
    Guard(Arguments arguments, const Inheritance &inheritance);

    /// Sets the watches, tells the owner, and does what it is told until there is nothing left to hold.
    void run();

private:
    using Clock = std::chrono::steady_clock;
    enum class Phase {
        Watching, ///< waits for `go`
        Looking,  ///< the last look before the command
        Running,
        Terminating, ///< SIGTERM was sent; the grace
        Killing,
        Over, ///< there is nothing left to end
    };

    [[nodiscard]] bool prepare();
    void waitForSomething();
    void hearStops();
    void leaveLookerOut();
    void hearOwner();
    void hearLease();
    [[nodiscard]] bool needsLease() const;
    void obey(const std::string &packet);
    void notice(const Notice &notice);
    void reap();

    void advance();
    void launch();
    void advanceRun();
    void beginEnd(TreeEnd::Why why, const Notice &notice);
    int terminate();
    void advanceTermination();
    void advanceKilling();
    void advanceClosing();

    void refuse();
    void fail(int error, std::string_view stage);
    void report();
    void sendEnd();
    void close();

    Arguments m_arguments;
    const Inheritance &m_inheritance;
    OwnerChannel m_owner;
    OwnedDescriptor m_childSignals;
    OwnedDescriptor m_null;
    StopWatch m_watch;
    RingSocket m_ring;
    Lease m_lease;
    ErrorTail m_tail;
    CommandStart m_command;
    ProcessTree m_tree;
    TreeEnd m_end;

    Phase m_phase = Phase::Watching;
    std::optional<Notice> m_notice; ///< the first one
    bool m_isOwnerGone = false;
    bool m_isFinished = false;
    bool m_isClosing = false; ///< the owner has been told how it ended
    bool m_isTailSent = false;
    std::optional<int> m_startError;
    std::optional<Clock::time_point> m_timeLimit;
    Clock::time_point m_graceEnd;
    Clock::time_point m_nextLook;
    Clock::time_point m_strikeBegin;
    Clock::time_point m_lastGrowth; ///< when a strike last found something new
    Clock::time_point m_closeBegin;
    Clock::time_point m_now;
    std::int64_t m_nowUs = 0; ///< the same moment, since 1970
};

} // namespace andon::guard
