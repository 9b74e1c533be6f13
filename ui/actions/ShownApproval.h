// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionProposal.h"

#include <QCoreApplication>

namespace andon {

/// What is said of the approval of an action that has not started.
struct ShownApproval
{
    Q_DECLARE_TR_FUNCTIONS(andon::ShownApproval)

public:
    enum class Kind {
        None, ///< it needs none, or has started
        Waiting,
        Approved,
        Void,    ///< from before a stop or a change of mode
        Expired, ///< the question or the answer
        Rejected,
    };

    Kind kind = Kind::None;
    QString text;  ///< "waits for approval 0:42", "approved by alice@ops-1, 0:31 left"
    QString tip;   ///< what it means
    QString brief; ///< the text where there is little room; empty where it is short already

    /// `epoch`: of the present safety state; invalid where it is not known.
    static ShownApproval of(const ActionProposal &action, const QDateTime &now, Epoch epoch);

    /// True while the text changes with the time.
    [[nodiscard]] bool isTicking() const { return kind == Kind::Waiting || kind == Kind::Approved; }

    /// "0:42", "61:05": minutes and seconds that are left; never below 0:00. Seconds that have begun count whole.
    [[nodiscard]] static QString countdown(const QDateTime &until, const QDateTime &now);
};

} // namespace andon
