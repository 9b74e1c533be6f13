// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/ActionResult.h"
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Session.h"

#include <memory>

namespace andon::ctl {

namespace {

struct CompleteOptions
{
    std::string id;
    std::optional<std::string> result;
    std::optional<std::string> error;
};

ExitStatus complete(const Invocation &invocation, const CompleteOptions &options)
{
    const ProposalId id = Arguments::proposalId(options.id);
    const bool hasFailed = options.error.has_value();
    const QString error = hasFailed ? Arguments::requiredText(*options.error, QStringLiteral("--error")) : QString();
    const QJsonValue result = options.result ? Arguments::json(*options.result, QStringLiteral("--result"))
                                             : QJsonValue();

    Session session(invocation.location(), Session::Purpose::Change);
    if (hasFailed)
        session.actions().fail(id, error);
    else
        session.actions().complete(id, result);
    return printActionStatus(invocation, id, hasFailed ? ActionStatus::Failed : ActionStatus::Completed);
}

} // namespace

void addCompleteCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<CompleteOptions>();
    CLI::App *command = app.add_subcommand("complete", "End an executing action: completed, or failed with --error");
    command->add_option("ID", options->id, "The action")->required();
    CLI::Option *result = command->add_option("--result", options->result, "What came of it")->type_name("JSON");
    command->add_option("--error", options->error, "Why it failed")->type_name("TEXT")->excludes(result);
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return complete(invocation, *options); };
    });
}

} // namespace andon::ctl
