// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Lane.h"

#include <QElapsedTimer>

#include <chrono>
#include <functional>

class QTimer;

namespace andon {

/// The thread that looks: what the state is now, and what is active. It never writes, so that what
/// it tells is not held up by a command that waits for a lock or by a long export.
class WatchLane
{
public:
    /// What one look saw.
    struct Sight
    {
        SafetyStatus status;
        std::optional<StopReceipt> receipt; ///< the newest stop
        bool hasNewContent = false;         ///< somebody has committed since the last look
        bool needsRecovery = false;         ///< something unfinished has stood for a second
    };

    /// `tell` is called in the lane's thread after each look that differs from the one before.
    WatchLane(const DatabaseLocation &location, const Database::Options &options, const QString &by,
              std::shared_ptr<FirstOpening> opening, std::chrono::milliseconds interval,
              std::function<void(const Sight &)> tell);
    ~WatchLane();
    WatchLane(const WatchLane &) = delete;
    WatchLane &operator=(const WatchLane &) = delete;

    void start();
    /// Looks now. Thread-safe.
    void lookSoon();

    QFuture<QList<ActionProposal>> activeActions(int limit);

private:
    void look();
    [[nodiscard]] Sight see();
    [[nodiscard]] Sight blind(const StorageError &error) const;
    [[nodiscard]] bool isRecoveryDue(const SafetyStatus &status);
    /// Looked for once a second: what nobody announces, a guard that vanished, a question whose time is over.
    [[nodiscard]] bool areLeftoversDue(const SafetyStatus &status);

    DatabaseLocation m_location;
    std::chrono::milliseconds m_interval;
    std::function<void(const Sight &)> m_tell;
    QTimer *m_timer = nullptr;
    std::optional<Sight> m_last;
    bool m_requestedHere = false; ///< what the last look at the status saw on this machine
    bool m_permittedHere = false;
    QElapsedTimer m_unfinishedSince;
    QElapsedTimer m_blockedSince;
    QElapsedTimer m_sinceLeftovers;
    Lane m_lane;
};

} // namespace andon
