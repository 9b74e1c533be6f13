// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>

#include <optional>

namespace andon {

/// What a stop found: an action that ran, or a program that was connected; and what became of it.
struct StopTarget
{
    enum class Outcome {
        Awaited, ///< no answer yet
        Stopped, ///< confirmed: its processes are dead
        Ended,   ///< it ended by itself meanwhile
        Gone,    ///< it vanished without an answer: not the same as stopped
        Failed,  ///< it could not be stopped; `detail` says what still runs
    };

    bool isGuarded = false; ///< false: an action that no guard holds; nobody can stop it from here
    ProposalId proposal;    ///< 0 for a connected program that ran nothing
    QString actionName;
    QString agentId;
    QString host;
    qint64 pid = 0;
    QDateTime startedAt; ///< UTC, of the action, or of the connection; invalid where not known
    Outcome outcome = Outcome::Awaited;
    std::optional<qint64> afterMs; ///< from the request until it was confirmed
    QString via;                   ///< what told it: permit, request, hold, socket, database
    QString detail;                ///< for the person

    /// Whether an answer came, whatever it says.
    [[nodiscard]] bool isSettled() const { return outcome != Outcome::Awaited; }
    /// Whether it is known that it does not run any more because it ended or was stopped.
    [[nodiscard]] bool isConfirmed() const { return outcome == Outcome::Stopped || outcome == Outcome::Ended; }

    /// One element of `actions` of `andonctl kill --json`.
    [[nodiscard]] QJsonObject toJson() const;

    friend bool operator==(const StopTarget &, const StopTarget &) = default;
};

/// "awaited", "stopped", "ended", "gone", "failed", as the database writes it.
[[nodiscard]] QString toString(StopTarget::Outcome outcome);

} // namespace andon
