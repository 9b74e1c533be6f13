// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Lane.h"

#include <QTimer>

#include <deque>
#include <functional>

namespace andon {

/// The thread of the kill switch, and of nothing else.
///
/// Trips at once, without the database; then tries for the gate until it is recorded, a short
/// attempt at a time, so that another press is never kept waiting; then sweeps, a batch at a time.
class StopLane
{
public:
    /// `tell` is called in the lane's thread at each instant of each stop; `onAttempted` once a stop, after the first
    /// try for its gate, whatever came of that: what is not part of the stop may begin then.
    StopLane(const DatabaseLocation &location, QString by, std::shared_ptr<FirstOpening> opening,
             std::function<void(const StopReceipt &)> tell, std::function<void(const StopReceipt &)> onAttempted);
    ~StopLane();
    StopLane(const StopLane &) = delete;
    StopLane &operator=(const StopLane &) = delete;

    void start() { m_lane.start(); }

    /// Thread-safe. The future ends when all that was pending is cancelled.
    QFuture<StopReceipt> stop(const QString &reason);
    /// The same for one agent or one kind of action.
    QFuture<StopReceipt> hold(const StopScope &scope, const QString &reason);

    /// Takes back every stop of this lane that a server does not know of yet, and what programs that have ended have
    /// left for it on this machine; tells how many. Their futures fail. Thread-safe.
    QFuture<int> withdraw();

    /// Whether a stop of this lane is not completed yet. Thread-safe.
    [[nodiscard]] bool isBusy() const { return m_outstanding > 0; }

private:
    struct Job
    {
        Trip trip;
        StopReceipt receipt;
        std::shared_ptr<QPromise<StopReceipt>> promise;
        bool isAttempted = false;
        bool isToldAgain = false; ///< the connection was lost: the server that answers next may not know of it
    };

    QFuture<StopReceipt> begin(const StopScope &scope, const QString &reason);
    void trip(const StopScope &scope, const QString &reason, const std::shared_ptr<QPromise<StopReceipt>> &promise);
    void advance();
    void commitOrSweep(Job &job);
    void stopAgain(Job &job, const Error &error);
    [[nodiscard]] static bool isUndelivered(const Job &job);
    void withdraw(Job &job, const QString &why);
    int withdrawUndelivered();
    int withdrawLeftovers();
    void scheduleNext(std::chrono::milliseconds pause);

    DatabaseLocation m_location;
    QString m_by;
    std::function<void(const StopReceipt &)> m_tell;
    std::function<void(const StopReceipt &)> m_onAttempted;
    TripSwitch m_switch;
    std::deque<Job> m_jobs; // only in the lane's thread
    bool m_isScheduled = false;
    std::atomic_int m_outstanding{0};
    Lane m_lane; // last: its end joins the thread while the rest is still there
};

} // namespace andon
