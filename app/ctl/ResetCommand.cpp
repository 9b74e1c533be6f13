// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"
#include "core/gate/GateErrors.h"

#include <algorithm>
#include <memory>

namespace andon::ctl {

namespace {

struct ResetOptions
{
    std::string reason;
    std::optional<std::string> stopId;
};

/// The stop of everything; where there is none, what is held must be named.
StopId presentStop(const SafetyStatus &seen)
{
    if (seen.state.tripped || seen.holds.isEmpty())
        return seen.state.stopId;
    QStringList holds;
    for (const Hold &hold : seen.holds)
        holds << QStringLiteral("%1 (%2)").arg(hold.stopId.toString(), hold.scope.describe());
    throw InvalidInputError(QStringLiteral("Not everything is stopped, but some is held. Say which with --stop-id: %1.")
                                .arg(holds.join(QStringLiteral(", "))));
}

ExitStatus reset(const Invocation &invocation, const ResetOptions &options)
{
    const QString reason = Arguments::requiredText(options.reason, QStringLiteral("--reason"));
    const StopId named = options.stopId ? Arguments::stopId(*options.stopId) : StopId();

    Session session(invocation.location(), Session::Purpose::Change);
    const SafetyStatus seen = session.safety().status();
    if (!seen.isKnown)
        throw StateUnknownError(seen.problem);
    const StopId stop = named.isValid() ? named : presentStop(seen);
    const bool isHold = std::any_of(seen.holds.begin(), seen.holds.end(),
                                    [stop](const Hold &hold) { return hold.stopId == stop; });
    session.safety().reset(stop, reason);

    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("stop_id"), stop.value},
                            {QStringLiteral("mode"), toString(session.safety().mode())},
                            {QStringLiteral("epoch"), session.safety().status().state.epoch.value}});
    else if (isHold)
        Console::writeLine(QStringLiteral("Stop %1 is reset: it is held no longer. What was cancelled stays cancelled.")
                               .arg(stop.toString()));
    else
        Console::writeLine(
            QStringLiteral("Stop %1 is reset. The mode is observe; what was cancelled stays cancelled. To "
                           "enable execution: andonctl mode execute --reason TEXT")
                .arg(stop.toString()));
    return ExitStatus::Done;
}

} // namespace

void addResetCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ResetOptions>();
    CLI::App *command = app.add_subcommand(
        "reset", "Clear the latch of a stop, after which the mode is observe; or release a hold");
    command->add_option("--reason", options->reason, "Why; it goes into the audit log")->required()->type_name("TEXT");
    command
        ->add_option("--stop-id", options->stopId,
                     "Which stop is meant (else the present one); a newer one makes it fail")
        ->type_name("N");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return reset(invocation, *options); };
    });
}

} // namespace andon::ctl
