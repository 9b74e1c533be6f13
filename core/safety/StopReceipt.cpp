// SPDX-License-Identifier: Apache-2.0
#include "core/safety/StopReceipt.h"

namespace andon {

namespace {

QJsonValue orNull(const std::optional<qint64> &value)
{
    return value ? QJsonValue(*value) : QJsonValue();
}

} // namespace

QJsonObject StopReceipt::toJson() const
{
    return {
        {QStringLiteral("stop_id"), stopId.isValid() ? QJsonValue(stopId.value) : QJsonValue()},
        {QStringLiteral("epoch"), epoch.isValid() ? QJsonValue(epoch.value) : QJsonValue()},
        {QStringLiteral("permit_revoked_us"), orNull(permitRevokedUs)},
        {QStringLiteral("committed_us"), orNull(committedUs)},
        {QStringLiteral("completed_us"), orNull(completedUs)},
        {QStringLiteral("cancelled_count"), cancelledCount},
        {QStringLiteral("running"), running},
        {QStringLiteral("stopped"), stopped},
    };
}

} // namespace andon
