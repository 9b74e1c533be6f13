// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/ShownApproval.h"

#include "ui/audit/EventText.h"

namespace andon {

namespace {

constexpr qsizetype kLongestName = 40;

} // namespace

ShownApproval ShownApproval::of(const ActionProposal &action, const QDateTime &now, Epoch epoch)
{
    const bool hasStarted = action.status != ActionStatus::Proposed && action.status != ActionStatus::Validated;
    if (!action.approval || hasStarted)
        return {};
    const Approval &approval = *action.approval;
    const QString by = EventText::visible(approval.by, kLongestName);
    const bool isOver = approval.expiresAt.isValid() && approval.expiresAt <= now;
    switch (approval.decision) {
    case Approval::Decision::Waiting:
        if (isOver)
            break;
        return {Kind::Waiting, tr("waits for approval %1").arg(countdown(approval.expiresAt, now)),
                tr("It may start only if a person approves it in time."),
                tr("waits %1").arg(countdown(approval.expiresAt, now))};
    case Approval::Decision::Approved:
        if (isOver || approval.isUsed)
            return {Kind::Expired, tr("approval expired"), tr("Approved by %1, but not started in time.").arg(by), {}};
        if (epoch.isValid() && approval.epoch != epoch)
            return {Kind::Void,
                    tr("approval void"),
                    tr("Approved by %1, but a stop or a change of mode has come since.").arg(by),
                    {}};
        return {Kind::Approved, tr("approved by %1, %2 left").arg(by, countdown(approval.expiresAt, now)),
                tr("Its agent may start it once, in the time that is left."),
                tr("approved %1").arg(countdown(approval.expiresAt, now))};
    case Approval::Decision::Rejected:
        return {Kind::Rejected, tr("rejected by %1").arg(by), {}, {}};
    case Approval::Decision::Expired:
        break;
    }
    return {Kind::Expired, tr("approval expired"), tr("Nobody approved it in time. Its agent may ask again."), {}};
}

QString ShownApproval::countdown(const QDateTime &until, const QDateTime &now)
{
    constexpr qint64 kSecond = 1000;
    const qint64 left = (qMax<qint64>(0, now.msecsTo(until)) + kSecond - 1) / kSecond;
    return QStringLiteral("%1:%2").arg(QString::number(left / 60), QString::number(left % 60).rightJustified(2, u'0'));
}

} // namespace andon
