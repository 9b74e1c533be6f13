// SPDX-License-Identifier: Apache-2.0
#include "core/safety/SafetyStatus.h"

#include "core/storage/Timestamp.h"

#include <QJsonArray>

namespace andon {

SafetyStatus::Display SafetyStatus::display() const
{
    if (isStopRequested && !(isKnown && state.tripped))
        return isStopDelivered ? Display::StoppedNotRecorded : Display::StopNotDelivered;
    if (!isKnown)
        return Display::Unknown;
    if (state.tripped)
        return Display::Stopped;
    if (state.mode == SafetyMode::Observe)
        return Display::Observe;
    return isPermitted ? Display::Execute : Display::StoppedNotRecorded;
}

QJsonObject SafetyStatus::toJson() const
{
    const auto known = [this](const QJsonValue &value) { return isKnown ? value : QJsonValue(); };
    QJsonArray held;
    for (const Hold &hold : holds)
        held << QJsonObject{{QStringLiteral("stop_id"), hold.stopId.value},
                            {QStringLiteral("scope"), toString(hold.scope.kind)},
                            {QStringLiteral("target"), hold.scope.target},
                            {QStringLiteral("reason"), hold.reason},
                            {QStringLiteral("by"), hold.by},
                            {QStringLiteral("at"), formatTimestamp(hold.at)}};
    return {
        {QStringLiteral("holds"), known(held)},
        {QStringLiteral("mode"), isKnown ? toString(state.mode) : QStringLiteral("unknown")},
        {QStringLiteral("tripped"), known(state.tripped)},
        {QStringLiteral("stop_id"), state.stopId.isValid() ? QJsonValue(state.stopId.value) : QJsonValue()},
        {QStringLiteral("epoch"), known(state.epoch.value)},
        {QStringLiteral("permit"), isPermitted && !isStopRequested},
        {QStringLiteral("lease_ms"), lease.count() > 0 ? QJsonValue(qint64(lease.count())) : QJsonValue()},
        {QStringLiteral("lease_renew_ms"), lease.count() > 0 ? QJsonValue(qint64(leaseRenewal.count())) : QJsonValue()},
        {QStringLiteral("stop_requested"), isStopRequested},
        {QStringLiteral("stop_delivered"), isStopRequested ? QJsonValue(isStopDelivered) : QJsonValue()},
        {QStringLiteral("pending"), known(pending)},
        {QStringLiteral("executing"), known(executing)},
        {QStringLiteral("reason"), isKnown ? state.reason : problem},
        {QStringLiteral("changed_by"), known(state.changedBy)},
        {QStringLiteral("changed_at"), known(formatTimestamp(state.changedAt))},
        {QStringLiteral("database"), database},
        {QStringLiteral("engine"), engine},
    };
}

} // namespace andon
