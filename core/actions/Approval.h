// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QDateTime>
#include <QString>

#include <optional>

namespace andon {

/// The question whether an action may run, and a person's answer to it.
struct Approval
{
    enum class Decision {
        Waiting,
        Approved,
        Rejected,
        Expired, ///< nobody answered in time, which is a refusal
    };

    ProposalId proposal;
    Decision decision = Decision::Waiting;
    QDateTime requestedAt; ///< UTC
    QDateTime expiresAt;   ///< UTC: of the question while it waits, then of the answer
    QString by;            ///< user@host who decided
    QDateTime decidedAt;   ///< UTC
    QString reason;
    QString token; ///< good for one start of this very action, in this epoch; empty unless approved
    Epoch epoch;
    bool isUsed = false;

    friend bool operator==(const Approval &, const Approval &) = default;
};

/// "waiting", "approved", "rejected", "expired", as the database writes it.
[[nodiscard]] QString toString(Approval::Decision decision);
/// Whatever is not known is no approval: Expired.
[[nodiscard]] Approval::Decision approvalDecisionFromString(const QString &text);

} // namespace andon
