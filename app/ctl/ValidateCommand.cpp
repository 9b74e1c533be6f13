// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/ActionResult.h"
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Session.h"

#include <memory>

namespace andon::ctl {

namespace {

ExitStatus validate(const Invocation &invocation, const std::string &typedId)
{
    const ProposalId id = Arguments::proposalId(typedId);
    Session session(invocation.location(), Session::Purpose::Change);
    session.actions().validate(id);
    return printActionStatus(invocation, id, ActionStatus::Validated);
}

} // namespace

void addValidateCommand(CLI::App &app, Invocation &invocation)
{
    auto id = std::make_shared<std::string>();
    CLI::App *command = app.add_subcommand("validate", "Mark a proposed action as validated");
    command->add_option("ID", *id, "The action")->required();
    command->callback(
        [&invocation, id] { invocation.command = [&invocation, id] { return validate(invocation, *id); }; });
}

} // namespace andon::ctl
