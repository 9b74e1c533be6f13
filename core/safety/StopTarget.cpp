// SPDX-License-Identifier: Apache-2.0
#include "core/safety/StopTarget.h"

#include "core/storage/Timestamp.h"

namespace andon {

QString toString(StopTarget::Outcome outcome)
{
    switch (outcome) {
    case StopTarget::Outcome::Awaited:
        break;
    case StopTarget::Outcome::Stopped:
        return QStringLiteral("stopped");
    case StopTarget::Outcome::Ended:
        return QStringLiteral("ended");
    case StopTarget::Outcome::Gone:
        return QStringLiteral("gone");
    case StopTarget::Outcome::Failed:
        return QStringLiteral("failed");
    }
    return QStringLiteral("awaited");
}

QJsonObject StopTarget::toJson() const
{
    return {
        {QStringLiteral("proposal_id"), proposal.isValid() ? QJsonValue(proposal.value) : QJsonValue()},
        {QStringLiteral("action_name"), actionName},
        {QStringLiteral("agent_id"), agentId},
        {QStringLiteral("guarded"), isGuarded},
        {QStringLiteral("host"), host},
        {QStringLiteral("pid"), pid > 0 ? QJsonValue(pid) : QJsonValue()},
        {QStringLiteral("since"), startedAt.isValid() ? QJsonValue(formatTimestamp(startedAt)) : QJsonValue()},
        {QStringLiteral("outcome"), toString(outcome)},
        {QStringLiteral("after_ms"), afterMs ? QJsonValue(*afterMs) : QJsonValue()},
        {QStringLiteral("via"), via},
        {QStringLiteral("detail"), detail},
    };
}

} // namespace andon
