// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/gate/StopScope.h"
#include "core/safety/HookOutcome.h"
#include "core/safety/StopTarget.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>

namespace andon {

/// The measured account of one stop. Times are microseconds from the call of `killSwitch`, by a
/// steady clock; absent where that instant has not come or was not measured (another program
/// carried the stop out).
struct StopReceipt
{
    enum class Stage {
        Requested, ///< the permit is gone: nothing starts; not yet recorded, perhaps not even delivered
        Committed, ///< the gate is recorded; pending actions are being cancelled
        Completed, ///< all that was pending is cancelled
        Withdrawn, ///< taken back before any server knew of it
    };

    Stage stage = Stage::Requested;
    QString requestUid;
    StopScope scope;
    StopId stopId; ///< 0 until committed
    Epoch epoch;   ///< 0 until committed
    QString by;
    QString reason;
    QDateTime requestedAt;   ///< UTC
    bool isFiled = true;     ///< false: the request could not be kept on this machine
    bool isDelivered = true; ///< false: a server does not know of it yet; it stops what runs on this machine alone
    std::optional<qint64> permitRevokedUs;
    std::optional<qint64> committedUs;
    std::optional<qint64> completedUs;
    qint64 cancelledCount = 0;
    qint64 running = 0;        ///< actions that were executing when the gate committed
    qint64 stopped = 0;        ///< of these, how many are known to have stopped or ended
    QList<StopTarget> targets; ///< what ran and who was connected; the first thousand of each
    QList<HookOutcome> hooks;  ///< of the stop hooks that have ended
    QString trouble;           ///< what went wrong on the way, for the person; empty where nothing did

    /// How many were asked to confirm, and how many of them have.
    [[nodiscard]] qint64 expected() const;
    [[nodiscard]] qint64 confirmed() const;
    /// Whether everybody who was asked has answered; what no guard holds is not asked.
    [[nodiscard]] bool isAnswered() const;

    /// `stop_id`, `scope`, `target`, `epoch`, `permit_revoked_us`, `committed_us`, `completed_us`, `cancelled_count`,
    /// `running`, `stopped`, `expected`, `confirmed`, `actions`, `hooks`: as `andonctl kill --json` prints it.
    [[nodiscard]] QJsonObject toJson() const;

    friend bool operator==(const StopReceipt &, const StopReceipt &) = default;
};

/// `{"scope": …, "target": …}` for the event of a hold or of its reset; empty for a stop of everything.
[[nodiscard]] QJsonObject scopeData(const StopScope &scope);

} // namespace andon
