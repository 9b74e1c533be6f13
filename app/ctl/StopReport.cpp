// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/StopReport.h"

#include "app/ctl/Console.h"

namespace andon::ctl::StopReport {

namespace {

QString milliseconds(const std::optional<qint64> &microseconds)
{
    return microseconds ? QString::number(static_cast<double>(*microseconds) / 1000, 'f', 1) + QStringLiteral(" ms")
                        : QStringLiteral("an unmeasured time");
}

QString nameOf(const StopTarget &target)
{
    if (!target.proposal.isValid())
        return QStringLiteral("agent %1 (process %2 on %3)")
            .arg(target.agentId.isEmpty() ? QStringLiteral("without a name") : target.agentId,
                 QString::number(target.pid), target.host);
    return QStringLiteral("#%1 %2").arg(target.proposal.toString(), target.actionName);
}

QString since(const StopTarget &target)
{
    return target.startedAt.isValid() ? target.startedAt.toLocalTime().toString(QStringLiteral("HH:mm:ss"))
                                      : QStringLiteral("an unknown time");
}

QString outcomeOf(const StopTarget &target)
{
    switch (target.outcome) {
    case StopTarget::Outcome::Stopped:
        return QStringLiteral("stopped after %1 ms%2")
            .arg(target.afterMs.value_or(0))
            .arg(target.via.isEmpty() ? QString() : QStringLiteral(" (told by %1)").arg(target.via));
    case StopTarget::Outcome::Ended:
        return QStringLiteral("ended by itself");
    case StopTarget::Outcome::Gone:
        return QStringLiteral("gone, not confirmed: %1").arg(target.detail);
    case StopTarget::Outcome::Failed:
        return QStringLiteral("DID NOT STOP: %1").arg(target.detail);
    case StopTarget::Outcome::Awaited:
        break;
    }
    return target.isGuarded
        ? QStringLiteral("DID NOT STOP: process %1 on %2, since %3")
              .arg(QString::number(target.pid), target.host, since(target))
        : QStringLiteral("not guarded, so it cannot be stopped from here: since %1").arg(since(target));
}

QString resultOf(const HookOutcome &hook)
{
    switch (hook.result) {
    case HookOutcome::Result::Succeeded:
        return QStringLiteral("done in %1 ms").arg(hook.durationMs);
    case HookOutcome::Result::Failed:
        return QStringLiteral("FAILED: %1").arg(hook.problem);
    case HookOutcome::Result::TimedOut:
        return QStringLiteral("TIMED OUT after %1 ms").arg(hook.durationMs);
    case HookOutcome::Result::NotExecutable:
        return QStringLiteral("NOT RUN: %1").arg(hook.problem);
    case HookOutcome::Result::Refused:
        break;
    }
    return QStringLiteral("REFUSED: %1").arg(hook.problem);
}

} // namespace

void print(const StopReceipt &receipt)
{
    Console::writeLine(
        QStringLiteral("Stop %1 is recorded%2: %3 pending cancelled, %4 running when it came, %5 of them ended.")
            .arg(receipt.stopId.toString(),
                 receipt.scope.isHold() ? QStringLiteral(", %1 is held").arg(receipt.scope.describe()) : QString())
            .arg(receipt.cancelledCount)
            .arg(receipt.running)
            .arg(receipt.stopped));
    if (receipt.scope.isHold())
        Console::writeLine(QStringLiteral("Recorded after %1, all cancelled after %2.")
                               .arg(milliseconds(receipt.committedUs), milliseconds(receipt.completedUs)));
    else
        Console::writeLine(QStringLiteral("Permit gone after %1, recorded after %2, all cancelled after %3.")
                               .arg(milliseconds(receipt.permitRevokedUs), milliseconds(receipt.committedUs),
                                    milliseconds(receipt.completedUs)));
    if (receipt.expected() > 0)
        Console::writeLine(QStringLiteral("Confirmed by %1 of %2.").arg(receipt.confirmed()).arg(receipt.expected()));
    for (const StopTarget &target : receipt.targets) {
        if (target.proposal.isValid() || !target.isConfirmed())
            Console::writeLine(Console::printable(QStringLiteral("  %1: %2").arg(nameOf(target), outcomeOf(target))));
    }
    for (const HookOutcome &hook : receipt.hooks)
        Console::writeLine(Console::printable(QStringLiteral("  hook %1: %2").arg(hook.name, resultOf(hook))));
}

bool complainOfUnconfirmed(const StopReceipt &receipt)
{
    bool isAllConfirmed = true;
    for (const StopTarget &target : receipt.targets) {
        if (!target.isGuarded || target.isConfirmed())
            continue;
        isAllConfirmed = false;
        Console::say(Console::printable(QStringLiteral("%1: %2").arg(nameOf(target), outcomeOf(target))));
    }
    return isAllConfirmed;
}

} // namespace andon::ctl::StopReport
