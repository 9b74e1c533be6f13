// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/ActionResult.h"
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Session.h"

#include <memory>

namespace andon::ctl {

namespace {

ExitStatus claim(const Invocation &invocation, const std::string &typedId)
{
    const ProposalId id = Arguments::proposalId(typedId);
    Session session(invocation.location(), Session::Purpose::Change);
    session.actions().claim(id);
    return printActionStatus(invocation, id, ActionStatus::Executing);
}

} // namespace

void addClaimCommand(CLI::App &app, Invocation &invocation)
{
    auto id = std::make_shared<std::string>();
    CLI::App *command = app.add_subcommand("claim",
                                           "Begin a validated action, if the gate allows it; the caller then runs it");
    command->add_option("ID", *id, "The action")->required();
    command->callback([&invocation, id] { invocation.command = [&invocation, id] { return claim(invocation, *id); }; });
}

} // namespace andon::ctl
