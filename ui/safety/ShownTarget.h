// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/StopReceipt.h"
#include "ui/safety/OutcomeMark.h"

#include <QCoreApplication>

#include <chrono>

namespace andon {

/// What the receipt says of one that a stop found running: a shape and a sentence.
struct ShownTarget
{
    Q_DECLARE_TR_FUNCTIONS(andon::ShownTarget)

public:
    Outcome mark = Outcome::Open;
    QString name;    ///< of the action; one line
    QString id;      ///< "#42"; empty for a program that ran nothing
    QString outcome; ///< "agent-7 · stopped after 38 ms"
    QString tip;     ///< all that is known, in lines

    /// `elapsed` since the stop was requested; from `deadline` on a missing answer is told as what it is.
    static ShownTarget of(const StopTarget &target, std::chrono::milliseconds elapsed,
                          std::chrono::milliseconds deadline);

    /// True for a guard that answered that it could not, or has not answered by the deadline: an alarm.
    [[nodiscard]] static bool isAlarming(const StopTarget &target, std::chrono::milliseconds elapsed,
                                         std::chrono::milliseconds deadline);

    /// "1 action did not confirm the stop"; empty where nothing is alarming.
    [[nodiscard]] static QString alarm(const QList<StopTarget> &targets, std::chrono::milliseconds elapsed,
                                       std::chrono::milliseconds deadline);

    friend bool operator==(const ShownTarget &, const ShownTarget &) = default;
};

} // namespace andon
