// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/ctl/Console.h"
#include "app/ctl/Invocation.h"
#include "core/Types.h"
#include "core/actions/ActionStatus.h"

namespace andon::ctl {

/// Tells the new status of one action, as validate, claim, complete and cancel do.
inline ExitStatus printActionStatus(const Invocation &invocation, ProposalId id, ActionStatus status)
{
    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("id"), id.value}, {QStringLiteral("status"), toString(status)}});
    else
        Console::writeLine(QStringLiteral("Action %1 is %2.").arg(id.toString(), toString(status)));
    return ExitStatus::Done;
}

} // namespace andon::ctl
