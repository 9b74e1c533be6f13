// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/SafetyStatus.h"
#include "core/safety/StopReceipt.h"
#include "ui/actions/PendingActionsModel.h"

namespace andon::test {

/// An action that was running when a stop came, held by a guard and not answered for yet.
[[nodiscard]] StopTarget guardedTarget(qint64 proposal, const QString &name = QStringLiteral("transfer_leader"));

/// The same, answered for.
[[nodiscard]] StopTarget answered(StopTarget target, StopTarget::Outcome outcome, qint64 afterMs = 38,
                                  const QString &detail = {});

/// A completed stop, number 7, that found these.
[[nodiscard]] StopReceipt receiptOf(const QList<StopTarget> &targets);

[[nodiscard]] HookOutcome hookOf(const QString &name, HookOutcome::Result result, qint64 durationMs = 0,
                                 int exitStatus = HookOutcome::kNoStatus);

[[nodiscard]] Hold holdOf(qint64 stop, const StopScope &scope);

/// A validated action whose approval stands thus, for so long still.
[[nodiscard]] ActionProposal actionFor(qint64 id, Approval::Decision decision, qint64 secondsLeft,
                                       const QDateTime &now = QDateTime::currentDateTimeUtc());

} // namespace andon::test
