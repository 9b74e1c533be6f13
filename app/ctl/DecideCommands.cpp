// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"
#include "core/storage/Timestamp.h"

#include <memory>

namespace andon::ctl {

namespace {

struct DecisionOptions
{
    std::string id;
    std::string reason;
};

ExitStatus approve(const Invocation &invocation, const DecisionOptions &options)
{
    const ProposalId id = Arguments::proposalId(options.id);
    const QString reason = Arguments::requiredText(options.reason, QStringLiteral("--reason"));
    Session session(invocation.location(), Session::Purpose::Change);
    const Approval approval = session.actions().approvals().approve(id, reason);
    const QString expiresAt = formatTimestamp(approval.expiresAt);
    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("id"), id.value},
                            {QStringLiteral("token"), approval.token},
                            {QStringLiteral("epoch"), approval.epoch.value},
                            {QStringLiteral("expires_at"), expiresAt}});
    else
        Console::writeLine(QStringLiteral("Action %1 is approved until %2, for one start. Token: %3")
                               .arg(id.toString(), expiresAt, approval.token));
    return ExitStatus::Done;
}

ExitStatus reject(const Invocation &invocation, const DecisionOptions &options)
{
    const ProposalId id = Arguments::proposalId(options.id);
    const QString reason = Arguments::requiredText(options.reason, QStringLiteral("--reason"));
    Session session(invocation.location(), Session::Purpose::Change);
    session.actions().approvals().reject(id, reason);
    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("id"), id.value}, {QStringLiteral("status"), QStringLiteral("cancelled")}});
    else
        Console::writeLine(QStringLiteral("Action %1 is rejected and cancelled.").arg(id.toString()));
    return ExitStatus::Done;
}

using Decide = ExitStatus (*)(const Invocation &, const DecisionOptions &);

void addDecision(CLI::App &app, Invocation &invocation, const char *name, const char *description, Decide decide)
{
    auto options = std::make_shared<DecisionOptions>();
    CLI::App *command = app.add_subcommand(name, description);
    command->add_option("id", options->id, "The action")->required()->type_name("ID");
    command->add_option("--reason", options->reason, "Why; it goes into the audit log")->required()->type_name("TEXT");
    command->callback([&invocation, options, decide] {
        invocation.command = [&invocation, options, decide] { return decide(invocation, *options); };
    });
}

} // namespace

void addApproveCommand(CLI::App &app, Invocation &invocation)
{
    addDecision(app, invocation, "approve", "Let an action that waits for it start, once", approve);
}

void addRejectCommand(CLI::App &app, Invocation &invocation)
{
    addDecision(app, invocation, "reject", "Refuse an action that waits for approval", reject);
}

} // namespace andon::ctl
