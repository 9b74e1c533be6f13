// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/ActionResult.h"
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Session.h"

#include <memory>

namespace andon::ctl {

namespace {

struct CancelOptions
{
    std::string id;
    std::string reason = "cancelled with andonctl";
};

ExitStatus cancel(const Invocation &invocation, const CancelOptions &options)
{
    const ProposalId id = Arguments::proposalId(options.id);
    const QString reason = Arguments::requiredText(options.reason, QStringLiteral("--reason"));
    Session session(invocation.location(), Session::Purpose::Change);
    session.actions().cancel(id, reason);
    return printActionStatus(invocation, id, ActionStatus::Cancelled);
}

} // namespace

void addCancelCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<CancelOptions>();
    CLI::App *command = app.add_subcommand("cancel", "Cancel one pending action");
    command->add_option("ID", options->id, "The action")->required();
    command->add_option("--reason", options->reason, "Why; it goes into the audit log")->type_name("TEXT");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return cancel(invocation, *options); };
    });
}

} // namespace andon::ctl
