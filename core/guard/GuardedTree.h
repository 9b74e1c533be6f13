// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/BootClock.h"
#include "core/guard/TreeOptions.h"
#include "core/guard/TreeOutcome.h"

#include <memory>

namespace andon {

/// A command and every process that comes of it, held by a helper program (`andon-guard`) that ends them all when a
/// stop comes, whatever this process does meanwhile: also when it hangs, and also when it is killed.
///
/// prepare(), then whatever is to be recorded, then go(): a stop between the two is not missed, since the helper looks
/// once more after its watches stand. Then wait() until it says that the tree has ended. The command has this process's
/// standard streams, process group and environment; Ctrl+C reaches it as if the helper were not there.
///
/// Signals that this process catches or ignores for itself: a caught one has its default again in the command, an
/// ignored one stays ignored (nohup), but for SIGPIPE, which programs ignore for their own sake.
///
/// One thread at a time; renew() and stop() from any, once prepare() has returned. On a system without a helper
/// prepare() throws.
class GuardedTree
{
public:
    explicit GuardedTree(TreeOptions options);
    /// Ends the tree at once where it still runs, and waits for that, but no longer than a few seconds.
    ~GuardedTree();
    GuardedTree(const GuardedTree &) = delete;
    GuardedTree &operator=(const GuardedTree &) = delete;

    /// Makes this process the parent of all that lose theirs below it (prctl(2), PR_SET_CHILD_SUBREAPER), so that it
    /// can end the tree itself should the helper be killed. Then what this process has as children and had not when
    /// prepare() was called counts as of the tree: call it only in a program that starts nothing else meanwhile.
    static void adoptOrphans();

    /// Where the helper is: beside this program, in the places where builds and packages have it; empty: nowhere.
    [[nodiscard]] static QString findProgram();

    /// Starts the helper. Once it returns, no stop is missed any more; nothing runs yet.
    /// Throws Error where there is no helper or it cannot watch: then the command must not be run.
    void prepare();

    /// Whether it can also be rung (`GuardSockets`); the files are watched in any case.
    [[nodiscard]] bool hasSocket() const;
    /// The socket's name in `<database>.guards/`; empty where there is none. Why there is none: `socketTrouble`.
    [[nodiscard]] QString socketName() const;
    [[nodiscard]] QString socketTrouble() const;
    /// Whether the end of standard error is kept. It is not where that is a terminal or is one with standard output.
    [[nodiscard]] bool keepsErrorTail() const;

    /// Runs the command, unless the helper's last look says no.
    void go();

    /// Hears the helper for up to this long; a negative limit: until something is told. True once the tree has ended.
    /// Returns early, false, where a signal was caught, where `wakeDescriptor` is readable, and when the command has
    /// started or a stop has begun. Where the helper died it ends the tree itself, which can take two seconds.
    [[nodiscard]] bool wait(std::chrono::milliseconds limit, int wakeDescriptor = -1);
    /// Passes a signal on to the command itself.
    void signal(int number);
    /// Confirms that the gate was found open, by a question that was sent at this moment: the lease counts from there.
    /// Before go() too, which refuses without a lease that lasts. Thread-safe.
    void renew(BootClock::time_point asked);
    /// Has the tree ended, for a reason in one word: what the database says, for example. Returns at once; wait()
    /// tells. Where the helper does not answer that within two seconds, and this process adopts orphans, wait() kills
    /// the helper and ends the tree itself. Thread-safe.
    void stop(const QString &word);

    [[nodiscard]] qint64 guardPid() const;
    /// 0 until wait() has heard that the command runs.
    [[nodiscard]] qint64 commandPid() const;
    /// A stop has begun: SIGTERM was delivered.
    [[nodiscard]] bool isStopping() const;
    [[nodiscard]] bool hasEnded() const;
    /// Complete once wait() has returned true.
    [[nodiscard]] const TreeOutcome &outcome() const;
    /// After an end with survivors: waits for up to this long whether they end after all; then outcome() names none.
    [[nodiscard]] bool waitForSurvivors(std::chrono::milliseconds limit);

private:
    class Session;

    std::unique_ptr<Session> m_session;
};

} // namespace andon
