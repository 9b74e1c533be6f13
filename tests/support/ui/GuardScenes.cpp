// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ui/GuardScenes.h"

#include "tests/support/ui/PanelWindow.h"

namespace andon::test {

StopTarget guardedTarget(qint64 proposal, const QString &name)
{
    StopTarget target;
    target.isGuarded = true;
    target.proposal = ProposalId(proposal);
    target.actionName = name;
    target.agentId = QStringLiteral("agent-7");
    target.host = QStringLiteral("ops-1");
    target.pid = 4711;
    target.startedAt = QDateTime::currentDateTimeUtc().addSecs(-12);
    return target;
}

StopTarget answered(StopTarget target, StopTarget::Outcome outcome, qint64 afterMs, const QString &detail)
{
    target.outcome = outcome;
    target.detail = detail;
    if (outcome == StopTarget::Outcome::Stopped) {
        target.afterMs = afterMs;
        target.via = QStringLiteral("permit");
    }
    return target;
}

StopReceipt receiptOf(const QList<StopTarget> &targets)
{
    StopReceipt receipt = receiptAt(StopReceipt::Stage::Completed);
    receipt.targets = targets;
    receipt.running = targets.size();
    receipt.stopped = receipt.confirmed();
    return receipt;
}

HookOutcome hookOf(const QString &name, HookOutcome::Result result, qint64 durationMs, int exitStatus)
{
    HookOutcome hook;
    hook.name = name;
    hook.result = result;
    hook.durationMs = durationMs;
    hook.exitStatus = exitStatus;
    return hook;
}

Hold holdOf(qint64 stop, const StopScope &scope)
{
    return {StopId(stop), scope, QStringLiteral("moves leaders in circles"), QStringLiteral("alice@ops-1"),
            QDateTime::currentDateTimeUtc().addSecs(-90)};
}

ActionProposal actionFor(qint64 id, Approval::Decision decision, qint64 secondsLeft, const QDateTime &now)
{
    ActionProposal action;
    action.id = ProposalId(id);
    action.actionName = QStringLiteral("drain_store");
    action.status = ActionStatus::Validated;
    action.statusText = toString(*action.status);
    action.agentId = QStringLiteral("agent-7");
    action.reason = QStringLiteral("disk 91 % full");
    action.parameters = QStringLiteral(R"({"store":4,"limit":"64MiB/s","regions":[777,778,901],"force":true})");
    Approval approval;
    approval.proposal = action.id;
    approval.decision = decision;
    approval.expiresAt = now.addSecs(secondsLeft);
    approval.epoch = Epoch(8);
    if (decision != Approval::Decision::Waiting)
        approval.by = QStringLiteral("alice@ops-1");
    action.approval = approval;
    return action;
}

} // namespace andon::test
