// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"
#include "app/ctl/SignalRelay.h"
#include "core/guard/GuardedProcess.h"

#include <memory>

namespace andon::ctl {

namespace {

/// As timeout(1) says it.
constexpr int kTimedOut = 124;
constexpr int kSignalBase = 128;

struct RunOptions
{
    std::string action;
    std::string reason;
    std::optional<std::string> parameters;
    std::string agentId;
    std::string requester;
    bool needsApproval = false;
    std::string timeout;
    std::string grace = "2s";
    std::vector<std::string> unmarked;
};

/// The words behind `--`. Only what is passed on exactly as it was typed may run.
QStringList wordsOf(const Invocation &invocation, const RunOptions &options)
{
    if (!options.unmarked.empty() || invocation.behindMark.empty() || invocation.behindMark.front().empty())
        throw InvalidInputError(
            QStringLiteral("Write the command behind --, for example: andonctl run --action backup --reason "
                           "\"nightly\" -- ./backup.sh --all"));
    QStringList words;
    for (const std::string &word : invocation.behindMark) {
        words << QString::fromStdString(word);
        if (words.last().contains(QChar::ReplacementCharacter))
            throw InvalidInputError(
                QStringLiteral("A word of the command is not UTF-8 and cannot be passed on as it is: %1. Put the "
                               "command into a script, and run that.")
                    .arg(words.last()));
    }
    return words;
}

GuardedCommand commandFrom(const Invocation &invocation, const RunOptions &options)
{
    GuardedCommand command;
    command.command = wordsOf(invocation, options);
    command.action.actionName = Arguments::requiredText(options.action, QStringLiteral("--action"));
    command.action.reason = Arguments::requiredText(options.reason, QStringLiteral("--reason"));
    if (options.parameters)
        command.action.parameters = Arguments::json(*options.parameters, QStringLiteral("--params"));
    command.action.agentId = QString::fromStdString(options.agentId);
    if (!options.requester.empty())
        command.action.requesterId = QString::fromStdString(options.requester);
    command.action.needsApproval = options.needsApproval;
    command.grace = Arguments::duration(options.grace, QStringLiteral("--grace"));
    if (!options.timeout.empty())
        command.timeout = Arguments::duration(options.timeout, QStringLiteral("--timeout"));
    return command;
}

int statusOf(const GuardedResult &result)
{
    switch (result.tree.why) {
    case TreeOutcome::Why::Exited:
    case TreeOutcome::Why::CouldNotStart:
        return result.tree.shellStatus();
    case TreeOutcome::Why::TimedOut:
        return kTimedOut;
    case TreeOutcome::Why::Stopped:
    case TreeOutcome::Why::Refused:
        return static_cast<int>(ExitStatus::BlockedStopped);
    case TreeOutcome::Why::GuardLost:
        break;
    }
    return static_cast<int>(ExitStatus::Failed);
}

/// Passes on what is meant for the command. Before it runs, a signal is for this program.
class Relay
{
public:
    [[nodiscard]] GuardSurroundings surroundings()
    {
        GuardSurroundings around;
        around.wakeDescriptor = m_signals.descriptor();
        around.onWake = [this](GuardedTree *tree) { return passOn(tree); };
        around.onWaitingForApproval = [](ProposalId id) {
            Console::say(QStringLiteral("Action %1 waits for a person's word: andonctl approve %1 --reason TEXT")
                             .arg(id.toString()));
        };
        return around;
    }

    [[nodiscard]] int givenUpBy() const { return m_givenUpBy; }

private:
    bool passOn(GuardedTree *tree)
    {
        for (SignalRelay::Arrival one = m_signals.take(); one.number != 0; one = m_signals.take()) {
            if (tree == nullptr)
                m_givenUpBy = one.number;
            else if (!one.isFromTerminal)
                tree->signal(one.number);
        }
        return m_givenUpBy == 0;
    }

    SignalRelay m_signals;
    int m_givenUpBy = 0;
};

ExitStatus run(const Invocation &invocation, const RunOptions &options)
{
    const GuardedCommand command = commandFrom(invocation, options);
    Session session(invocation.location(), Session::Purpose::Change);
    GuardedTree::adoptOrphans();
    Relay relay;
    try {
        GuardedProcess process(session.database(), session.auditor(), session.safety(), relay.surroundings());
        const GuardedResult result = process.run(command);
        if (!result.explanation.isEmpty())
            Console::say(result.explanation);
        return static_cast<ExitStatus>(statusOf(result));
    } catch (const GuardedProcess::InterruptedError &error) {
        Console::say(error.message());
        return static_cast<ExitStatus>(kSignalBase + relay.givenUpBy());
    }
}

} // namespace

void addRunCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<RunOptions>();
    CLI::App *command = app.add_subcommand("run", "Run a command as an action that the kill switch reaches");
    command->footer(
        "Its exit status is the command's; 3 or 4 where it may not start, 4 where it was stopped, 124 where "
        "its time was over, 126 or 127 where it cannot be run, 128 + N where signal N ended it.");
    command->add_option("--action", options->action, "The action's name")->required()->type_name("NAME");
    command->add_option("--reason", options->reason, "Why it should be taken")->required()->type_name("TEXT");
    command->add_option("--params", options->parameters, "Its parameters")->type_name("JSON");
    command->add_option("--agent-id", options->agentId, "Which agent takes it")->type_name("ID");
    command->add_option("--requester", options->requester, "Who asked the agent for it (default: unknown)")
        ->type_name("ID");
    command->add_flag("--require-approval", options->needsApproval, "Wait until a person approves it");
    command->add_option("--timeout", options->timeout, "End it after this time, for example 90s or 5m")
        ->type_name("TIME");
    command->add_option("--grace", options->grace, "Between the request to end and the end by force (default 2s)")
        ->type_name("TIME");
    command->add_option("command", options->unmarked, "The command and its arguments, behind --")
        ->option_text("-- COMMAND [ARGUMENT...]");
    command->callback(
        [&invocation, options] { invocation.command = [&invocation, options] { return run(invocation, *options); }; });
}

} // namespace andon::ctl
