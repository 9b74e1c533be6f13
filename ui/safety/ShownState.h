// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"

#include <QCoreApplication>

namespace andon {

/// What the window says of the safety state: only what Station has confirmed, never what somebody
/// has asked for (S6).
struct ShownState
{
    Q_DECLARE_TR_FUNCTIONS(andon::ShownState)

public:
    enum class Kind {
        Opening, ///< before the first look
        Unknown,
        StopNotDelivered,
        StoppedNotRecorded,
        Stopped,
        Observe,
        Execute,
    };

    Kind kind = Kind::Opening;
    StopId stopId;   ///< of the stop that stands; 0 where none does or it is not recorded yet
    QDateTime since; ///< UTC; invalid where nobody knows
    QString by;
    QString reason;
    QString problem; ///< for Unknown: why, as a sentence

    /// The newest of what the status and the receipt tell. A receipt may be ahead of the status: the
    /// permit is gone before anything is recorded, and the gate is committed before the next look.
    static ShownState of(const SafetyStatus &status, const std::optional<StopReceipt> &receipt);

    /// "OBSERVE ONLY", and so on: always shown whole, with its shape.
    [[nodiscard]] QString word() const;
    /// "since 14:03:22 by alice@ops-1"; empty where nothing is known.
    [[nodiscard]] QString sinceAndBy() const;
    /// What it means, or why it is unknown: a sentence.
    [[nodiscard]] QString explanation() const;
    /// All of it in one text, for those who hear the window.
    [[nodiscard]] QString description() const;

    friend bool operator==(const ShownState &, const ShownState &) = default;
};

/// "14:03:22" today, "2026-11-21 14:03:22" on another day; local time.
[[nodiscard]] QString shownMoment(const QDateTime &moment);

} // namespace andon
