// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/checkpoint/SealStatus.h"
#include "core/station/Lane.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QTimer>

#include <chrono>
#include <functional>

namespace andon {

/// The thread that seals what other programs write, within a second, and signs checkpoints: after each stop, and as
/// often as the user's settings say if the log has grown.
///
/// It seals in short transactions with pauses between them, and none while a stop is under way, so that nobody waits
/// for it. On a database that may only be read it looks, and writes and signs nothing.
/// At a server it also makes the months of the log that are to come, however long the program runs.
class SealLane
{
public:
    /// `interval`: instead of the user's setting. `isStopBusy` is asked, and `tell` called with each change, in the
    /// lane's thread. `betweenMonths`: how often it looks whether a month of the log is to be made.
    SealLane(const DatabaseLocation &location, const Database::Options &options, const QString &by,
             std::shared_ptr<FirstOpening> opening, std::optional<std::chrono::milliseconds> interval,
             std::function<bool()> isStopBusy, std::function<void(const SealStatus &)> tell,
             std::chrono::milliseconds betweenMonths = std::chrono::hours(1));
    ~SealLane();
    SealLane(const SealLane &) = delete;
    SealLane &operator=(const SealLane &) = delete;

    void start();

    /// Seals all that is there and signs it. Thread-safe. Fails as CheckpointSigner::sign does.
    QFuture<SealStatus> writeCheckpoint();
    /// The same, as soon as nothing is in the way, and told by the status alone. Thread-safe.
    void writeCheckpointSoon();

private:
    void tick();
    void work(Session &session);
    void makeMonths(Session &session);
    void sealSome(Session &session);
    void signIfDue(Session &session);
    void sign(Session &session);
    void check(Session &session);
    void look(Session &session);
    void show(SealStatus status);
    void suffer(const Error &error);
    void suffer(const StorageError &error);
    [[nodiscard]] bool mayWrite(Session &session) const;
    [[nodiscard]] bool isTimeForCheckpoint() const;

    std::function<bool()> m_isStopBusy;
    std::function<void(const SealStatus &)> m_tell;
    bool m_isReadOnly;
    std::optional<std::chrono::milliseconds> m_fixedInterval;
    std::chrono::milliseconds m_betweenMonths;

    // Only in the lane's thread:
    std::optional<SealStatus> m_last;
    QString m_signingTrouble; ///< of the last signing or checking
    QString m_storageTrouble; ///< of the last look
    bool m_isInconsistent = false;
    bool m_isChecked = false; ///< since the connection was opened
    bool m_isBehind = true;   ///< rows may wait to be sealed
    bool m_isCheckpointDue = false;
    qint64 m_signedSize = 0; ///< of the tree, as far as is known; an empty one is signed on demand alone
    std::chrono::milliseconds m_interval{0};
    QElapsedTimer m_sinceCheckpoint;
    QDeadlineTimer m_rest;        ///< after a failure
    QDeadlineTimer m_untilMonths; ///< the next look whether a month is to be made
    QDeadlineTimer m_untilCare;   ///< settings are read and troubles looked at again
    QTimer *m_timer = nullptr;    // owned by the lane's context

    Lane m_lane; // last: it ends before what it uses
};

} // namespace andon
