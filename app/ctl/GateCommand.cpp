// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Failure.h"
#include "app/ctl/Session.h"
#include "core/gate/GateErrors.h"
#include "core/gate/StopRequests.h"

#include <memory>

namespace andon::ctl {

namespace {

using Verdict = GateDecision::Verdict;

struct GateOptions
{
    std::string agentId;
    std::string action;
};

QString nameOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Open:
        return QStringLiteral("open");
    case Verdict::Observe:
        return QStringLiteral("observe");
    case Verdict::Stopped:
        return QStringLiteral("stopped");
    case Verdict::Held:
        return QStringLiteral("held");
    case Verdict::Unknown:
        break;
    }
    return QStringLiteral("unknown");
}

ExitStatus statusOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Open:
        return ExitStatus::Done;
    case Verdict::Observe:
        return ExitStatus::BlockedObserve;
    case Verdict::Stopped:
    case Verdict::Held:
        return ExitStatus::BlockedStopped;
    case Verdict::Unknown:
        break;
    }
    return ExitStatus::StateUnknown;
}

QString sentenceOf(const GateDecision &decision)
{
    if (decision.isOpen())
        return decision.explanation;
    if (decision.verdict == Verdict::Unknown)
        return QStringLiteral("Action execution blocked: the state is unknown. ") + decision.explanation;
    if (decision.verdict == Verdict::Held)
        return ObserveOnlyError::heldPrefix() + QStringLiteral(". ") + decision.explanation;
    return ObserveOnlyError::prefix() + QStringLiteral(". ") + decision.explanation;
}

GateDecision ask(const DatabaseLocation &location, const ActionIdentity &identity)
{
    // Without the database first: a stop must be seen although the database is locked, damaged or gone.
    const StopRequests requests(location.gatePath());
    if (requests.any())
        return {Verdict::Stopped, QStringLiteral("A stop is under way and not yet recorded (%1).").arg(requests.path()),
                std::nullopt};
    try {
        Session session(location, Session::Purpose::AskGate);
        return session.actions().gate().check(identity);
    } catch (const Error &error) {
        return {Verdict::Unknown, Failure::sentenceOf(error), std::nullopt};
    }
}

ExitStatus askGate(const Invocation &invocation, const GateOptions &options)
{
    const GateDecision decision = ask(
        invocation.location(), {QString::fromStdString(options.agentId), QString::fromStdString(options.action)});
    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("allowed"), decision.isOpen()},
                            {QStringLiteral("verdict"), nameOf(decision.verdict)},
                            {QStringLiteral("explanation"), decision.explanation}});
    else if (decision.isOpen())
        Console::writeLine(sentenceOf(decision));
    if (!decision.isOpen())
        Console::say(sentenceOf(decision));
    return statusOf(decision.verdict);
}

} // namespace

void addGateCommand(CLI::App &app, Invocation &invocation)
{
    CLI::App *command = app.add_subcommand("gate", "Ask whether actions may run now; the exit status is the answer");
    auto options = std::make_shared<GateOptions>();
    command->add_option("--agent-id", options->agentId, "Ask for this agent: it may be held")->type_name("ID");
    command->add_option("--action", options->action, "Ask for this kind of action: it may be held")->type_name("NAME");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return askGate(invocation, *options); };
    });
}

} // namespace andon::ctl
