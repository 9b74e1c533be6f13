// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/ShownState.h"

namespace andon {

namespace {

ShownState::Kind kindOf(SafetyStatus::Display display)
{
    switch (display) {
    case SafetyStatus::Display::Unknown:
        return ShownState::Kind::Unknown;
    case SafetyStatus::Display::StopNotDelivered:
        return ShownState::Kind::StopNotDelivered;
    case SafetyStatus::Display::StoppedNotRecorded:
        return ShownState::Kind::StoppedNotRecorded;
    case SafetyStatus::Display::Stopped:
        return ShownState::Kind::Stopped;
    case SafetyStatus::Display::Observe:
        return ShownState::Kind::Observe;
    case SafetyStatus::Display::Execute:
        return ShownState::Kind::Execute;
    }
    return ShownState::Kind::Unknown;
}

bool isAhead(const StopReceipt &receipt, const SafetyStatus &status)
{
    if (receipt.scope.isHold())
        return false; // it leaves the state of the line as it is
    if (receipt.stage == StopReceipt::Stage::Requested)
        return (receipt.permitRevokedUs || (!receipt.isDelivered && receipt.isFiled))
            && status.display() != SafetyStatus::Display::Stopped;
    return status.isKnown && receipt.epoch > status.state.epoch;
}

} // namespace

ShownState ShownState::of(const SafetyStatus &status, const std::optional<StopReceipt> &receipt)
{
    ShownState shown;
    if (receipt && isAhead(*receipt, status)) {
        const bool isRecorded = receipt->stage != StopReceipt::Stage::Requested;
        shown.kind = isRecorded    ? Kind::Stopped
            : receipt->isDelivered ? Kind::StoppedNotRecorded
                                   : Kind::StopNotDelivered;
        shown.stopId = receipt->stopId;
        shown.since = receipt->requestedAt;
        shown.by = receipt->by;
        shown.reason = receipt->reason;
        return shown;
    }

    shown.kind = kindOf(status.display());
    if (shown.kind == Kind::Unknown) {
        shown.problem = status.problem;
        return shown;
    }
    if (shown.kind == Kind::StoppedNotRecorded || shown.kind == Kind::StopNotDelivered)
        return shown; // filed by another program: the row still tells of the state before it
    shown.since = status.state.changedAt;
    shown.by = status.state.changedBy;
    shown.reason = status.state.reason;
    if (shown.kind == Kind::Stopped)
        shown.stopId = status.state.stopId;
    return shown;
}

QString ShownState::word() const
{
    switch (kind) {
    case Kind::Opening:
        return tr("Opening …");
    case Kind::Unknown:
        return tr("STATE UNKNOWN");
    case Kind::StopNotDelivered:
        return tr("STOP REQUESTED, NOT DELIVERED");
    case Kind::StoppedNotRecorded:
        return tr("STOPPED, NOT YET RECORDED");
    case Kind::Stopped:
        return tr("STOPPED");
    case Kind::Observe:
        return tr("OBSERVE ONLY");
    case Kind::Execute:
        return tr("EXECUTING ALLOWED");
    }
    return {};
}

QString ShownState::sinceAndBy() const
{
    if (since.isValid() && !by.isEmpty())
        return tr("since %1 by %2").arg(shownMoment(since), by);
    if (since.isValid())
        return tr("since %1").arg(shownMoment(since));
    return by.isEmpty() ? QString() : tr("by %1").arg(by);
}

QString ShownState::explanation() const
{
    switch (kind) {
    case Kind::Opening:
        return tr("Looking at the database.");
    case Kind::Unknown:
        return problem.isEmpty() ? tr("The database cannot be read. Whether actions run is not known here.") : problem;
    case Kind::StopNotDelivered:
        return tr(
            "Until it is delivered, the stop works on this machine only. It is delivered by itself once the server "
            "answers.");
    case Kind::StoppedNotRecorded:
        return tr("Nothing may start any more. The database has not recorded the stop yet; it is tried again "
                  "until it has.");
    case Kind::Stopped:
        return stopId.isValid() ? tr("Stop %1 stands: nothing may start until it is reset.").arg(stopId.toString())
                                : tr("Nothing may start until the stop is reset.");
    case Kind::Observe:
        return tr("Agents may propose; nothing may start.");
    case Kind::Execute:
        return tr("Agents may start validated actions.");
    }
    return {};
}

QString ShownState::description() const
{
    QStringList parts;
    for (const QString &part : {explanation(), sinceAndBy(), reason}) {
        if (!part.isEmpty())
            parts << part;
    }
    return parts.join(QStringLiteral(" "));
}

QString shownMoment(const QDateTime &moment)
{
    const QDateTime local = moment.toLocalTime();
    const bool isToday = local.date() == QDate::currentDate();
    return local.toString(isToday ? QStringLiteral("HH:mm:ss") : QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

} // namespace andon
