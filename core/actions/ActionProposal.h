// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/actions/ActionStatus.h"
#include "core/actions/Approval.h"

#include <QDateTime>
#include <QJsonValue>
#include <QString>

namespace andon {

/// An action that an agent wants to take, as it is proposed.
struct ActionRequest
{
    QString actionName;
    QString actionType = QStringLiteral("subject");
    QJsonValue parameters; ///< any JSON; null where there are none
    QString reason;
    QString proposedBy = QStringLiteral("agent"); ///< agent, user or system
    QString requesterId = QStringLiteral("unknown");
    QString requesterType = QStringLiteral("agent");
    QString agentId;
    QString ticketId;
    bool needsApproval = false; ///< also where the database does not ask it of every action
};

/// One row of `action_proposals`, as far as Andon uses it.
struct ActionProposal
{
    ProposalId id;
    QString actionName;
    QString actionType;
    QString parameters; ///< JSON as text; an agent may have stored anything
    QString reason;
    QString statusText; ///< as stored: a status that Andon does not know shows as it is
    std::optional<ActionStatus> status;
    QString requesterId;
    QString agentId;
    QString lastError;
    QDateTime proposedAt;  ///< UTC; invalid where the database does not keep it
    QDateTime validatedAt; ///< UTC
    QDateTime startedAt;   ///< UTC, of the newest execution record; invalid where it never ran
    qint64 version = 0;
    std::optional<Approval> approval; ///< where one is needed; without its token
    QString guardHost;                ///< of the guard that runs it; empty where none does
    qint64 guardedPid = 0;            ///< of the command that the guard holds

    friend bool operator==(const ActionProposal &, const ActionProposal &) = default;
};

} // namespace andon
