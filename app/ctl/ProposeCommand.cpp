// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"

#include <memory>

namespace andon::ctl {

namespace {

struct ProposeOptions
{
    std::string action;
    std::string type = "subject";
    std::optional<std::string> parameters;
    std::string reason;
    std::string agentId;
    std::string requester;
    bool needsApproval = false;
};

ActionRequest requestFrom(const ProposeOptions &options)
{
    ActionRequest request;
    request.actionName = Arguments::requiredText(options.action, QStringLiteral("--action"));
    request.actionType = Arguments::requiredText(options.type, QStringLiteral("--type"));
    request.reason = Arguments::requiredText(options.reason, QStringLiteral("--reason"));
    if (options.parameters)
        request.parameters = Arguments::json(*options.parameters, QStringLiteral("--params"));
    request.agentId = QString::fromStdString(options.agentId);
    if (!options.requester.empty())
        request.requesterId = QString::fromStdString(options.requester);
    request.needsApproval = options.needsApproval;
    return request;
}

ExitStatus propose(const Invocation &invocation, const ProposeOptions &options)
{
    const ActionRequest request = requestFrom(options);
    Session session(invocation.location(), Session::Purpose::Change);
    const ProposalId id = session.actions().propose(request);
    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("id"), id.value}});
    else
        Console::writeLine(QStringLiteral("Action %1 is proposed.").arg(id.toString()));
    return ExitStatus::Done;
}

} // namespace

void addProposeCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ProposeOptions>();
    CLI::App *command = app.add_subcommand("propose", "Propose an action");
    command->add_option("--action", options->action, "Its name")->required()->type_name("NAME");
    command->add_option("--type", options->type, "Its type (default: subject)")->type_name("TYPE");
    command->add_option("--params", options->parameters, "Its parameters")->type_name("JSON");
    command->add_option("--reason", options->reason, "Why it should be taken")->required()->type_name("TEXT");
    command->add_option("--agent-id", options->agentId, "Which agent proposes it")->type_name("ID");
    command->add_option("--requester", options->requester, "Who asked the agent for it (default: unknown)")
        ->type_name("ID");
    command->add_flag("--require-approval", options->needsApproval, "A person must approve it before it may start");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return propose(invocation, *options); };
    });
}

} // namespace andon::ctl
