// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/HookOutcome.h"
#include "core/safety/StopReceipt.h"

#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace andon {

/// Runs the stop hooks beside everything else: each stop's in a thread of their own, so that none of them holds up a
/// stop, another stop's hooks, or the window.
class HookLane
{
public:
    /// `tell` is called from that thread with the request's uid once the hooks of a stop have ended; not where there
    /// are none.
    HookLane(QString database, std::function<void(const QString &, const QList<HookOutcome> &)> tell);
    /// Waits for hooks that run: their timeout and a few seconds at the most.
    ~HookLane();
    HookLane(const HookLane &) = delete;
    HookLane &operator=(const HookLane &) = delete;

    /// Returns at once. Thread-safe.
    void start(const StopReceipt &receipt);

private:
    struct Run
    {
        std::atomic_bool isOver{false};
        std::thread thread;
    };
    void forgetEnded();

    QString m_database;
    std::function<void(const QString &, const QList<HookOutcome> &)> m_tell;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<Run>> m_runs; ///< guarded by the mutex
};

} // namespace andon
