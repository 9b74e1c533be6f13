// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/ActionResult.h"
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Session.h"

#include <memory>

namespace andon::ctl {

namespace {

struct ClaimOptions
{
    std::string id;
    std::string token;
};

ExitStatus claim(const Invocation &invocation, const ClaimOptions &options)
{
    const ProposalId id = Arguments::proposalId(options.id);
    Session session(invocation.location(), Session::Purpose::Change);
    session.actions().claim(id, {{}, QString::fromStdString(options.token)});
    return printActionStatus(invocation, id, ActionStatus::Executing);
}

} // namespace

void addClaimCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ClaimOptions>();
    CLI::App *command = app.add_subcommand("claim",
                                           "Begin a validated action, if the gate allows it; the caller then runs it");
    command->add_option("ID", options->id, "The action")->required();
    command->add_option("--token", options->token, "Of its approval, where it needs one")->type_name("TOKEN");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return claim(invocation, *options); };
    });
}

} // namespace andon::ctl
