// SPDX-License-Identifier: Apache-2.0
#include "core/safety/StopReceipt.h"

#include "core/storage/Timestamp.h"

#include <QJsonArray>

#include <algorithm>

namespace andon {

namespace {

QJsonValue orNull(const std::optional<qint64> &value)
{
    return value ? QJsonValue(*value) : QJsonValue();
}

} // namespace

qint64 StopReceipt::expected() const
{
    return std::count_if(targets.begin(), targets.end(), [](const StopTarget &target) { return target.isGuarded; });
}

qint64 StopReceipt::confirmed() const
{
    return std::count_if(targets.begin(), targets.end(),
                         [](const StopTarget &target) { return target.isGuarded && target.isConfirmed(); });
}

bool StopReceipt::isAnswered() const
{
    return std::all_of(targets.begin(), targets.end(),
                       [](const StopTarget &target) { return !target.isGuarded || target.isSettled(); });
}

QJsonObject StopReceipt::toJson() const
{
    QJsonArray actions;
    for (const StopTarget &target : targets)
        actions << target.toJson();
    return {
        {QStringLiteral("request_uid"), requestUid},
        {QStringLiteral("by"), by},
        {QStringLiteral("reason"), reason},
        {QStringLiteral("requested_at"), formatTimestamp(requestedAt)},
        {QStringLiteral("scope"), toString(scope.kind)},
        {QStringLiteral("target"), scope.isHold() ? QJsonValue(scope.target) : QJsonValue()},
        {QStringLiteral("expected"), expected()},
        {QStringLiteral("confirmed"), confirmed()},
        {QStringLiteral("actions"), actions},
        {QStringLiteral("hooks"), HookOutcome::listToJson(hooks)},
        {QStringLiteral("stop_id"), stopId.isValid() ? QJsonValue(stopId.value) : QJsonValue()},
        {QStringLiteral("epoch"), epoch.isValid() ? QJsonValue(epoch.value) : QJsonValue()},
        {QStringLiteral("delivered"), isDelivered},
        {QStringLiteral("permit_revoked_us"), orNull(permitRevokedUs)},
        {QStringLiteral("committed_us"), orNull(committedUs)},
        {QStringLiteral("completed_us"), orNull(completedUs)},
        {QStringLiteral("cancelled_count"), cancelledCount},
        {QStringLiteral("running"), running},
        {QStringLiteral("stopped"), stopped},
    };
}

QJsonObject scopeData(const StopScope &scope)
{
    if (!scope.isHold())
        return {};
    return {{QStringLiteral("scope"), toString(scope.kind)}, {QStringLiteral("target"), scope.target}};
}

} // namespace andon
