// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/StopRecorder.h"
#include "app/ctl/StopReport.h"
#include "core/Identity.h"
#include "core/gate/StopRequests.h"

#include <chrono>
#include <memory>
#include <thread>

namespace andon::ctl {

namespace {

/// A session looks at the files of its gate every 25 ms (AgentWatch).
constexpr std::chrono::milliseconds kHeardBySessions{500};

struct KillOptions
{
    std::string reason;
    std::optional<std::string> agent;
    std::optional<std::string> action;
    double waitSeconds = 30;
};

StopScope scopeFrom(const KillOptions &options)
{
    if (options.agent)
        return StopScope::agent(Arguments::requiredText(*options.agent, QStringLiteral("--agent")));
    if (options.action)
        return StopScope::action(Arguments::requiredText(*options.action, QStringLiteral("--action")));
    return {};
}

/// What is true now, before anything is recorded.
void announce(const Trip &trip)
{
    const StopScope &scope = trip.request.scope;
    if (scope.isHold() && !trip.isFiled) {
        Console::say(QStringLiteral("NOT HELD YET: %1 Trying to record it in the database.").arg(trip.trouble));
        return;
    }
    if (trip.needsDelivery && !trip.isDelivered) {
        Console::say(QStringLiteral("Requested: what runs on this machine stops now. Telling the server."));
        if (!trip.trouble.isEmpty())
            Console::say(QStringLiteral("But not all of it worked: ") + trip.trouble);
        return;
    }
    if (trip.isEffective()) {
        Console::say(scope.isHold()
                         ? QStringLiteral("Held: %1. Nothing of it may start any more.").arg(scope.describe())
                         : QStringLiteral("Stopped: nothing may start any more."));
        if (!trip.trouble.isEmpty())
            Console::say(QStringLiteral("But not all of it worked: ") + trip.trouble);
        return;
    }
    Console::say(
        QStringLiteral("NOT STOPPED YET: the permit could not be taken away and no stop request could be filed. %1 "
                       "Trying to record the stop in the database. If that fails too, end the agents' programs "
                       "themselves.")
            .arg(trip.trouble));
}

/// What is true at the end where it is not recorded.
QString resultOf(const Trip &trip)
{
    if (trip.needsDelivery && !trip.isDelivered)
        return QStringLiteral("requested, not delivered: %1 Guards that cannot reach the server either stop by the end "
                              "of their lease. ");
    return trip.isEffective() ? QStringLiteral("stopped, not yet recorded: %1 ") : QStringLiteral("NOT STOPPED: %1 ");
}

/// Nobody could ever deliver it, and until then it would keep the gate of this user closed on this machine.
void withdraw(const DatabaseLocation &location, const Trip &trip, const QString &problem)
{
    const auto heard = kHeardBySessions.count() - trip.sinceCall.elapsed();
    if (heard > 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(heard));
    const StopScope &scope = trip.request.scope;
    const QString trouble = StopRequests(location.gatePath()).withdraw(trip.request);
    const QString refused = scope.isHold()
        ? QStringLiteral("NOT HELD: this login may not hold %1.").arg(scope.describe())
        : QStringLiteral("NOT STOPPED: this login may not stop others.");
    const QString what = scope.isHold() ? QStringLiteral("What of it") : QStringLiteral("What");
    Console::say(
        QStringLiteral("%1 %2 ran on this machine under this user and this login was told to stop, and nothing "
                       "else. Run this command with an operator's login. %3")
            .arg(refused, what, problem));
    Console::say(trouble.isEmpty()
                     ? QStringLiteral("The request was withdrawn from this machine again.")
                     : QStringLiteral("The request could not be withdrawn from this machine: %1. Until its file is "
                                      "removed, nothing may start here under this login.")
                           .arg(trouble));
}

ExitStatus kill(const Invocation &invocation, const KillOptions &options)
{
    const DatabaseLocation location = invocation.location();
    const StopScope scope = scopeFrom(options);
    const QString reason = QString::fromStdString(options.reason);
    const TripSwitch tripSwitch(location);
    Trip trip = scope.isHold() ? tripSwitch.hold(scope, currentIdentity(), reason)
                               : tripSwitch.trip(StopRequest::Kind::Stop, currentIdentity(), reason);
    announce(trip);

    StopRecorder recorder(location, trip, std::chrono::milliseconds(static_cast<qint64>(options.waitSeconds * 1000)),
                          [&trip] { announce(trip); });
    const std::optional<StopReceipt> receipt = recorder.record();
    if (invocation.wantsJson)
        Console::writeJson(receipt.value_or(recorder.unrecorded()).toJson());
    else if (receipt)
        StopReport::print(*receipt);

    if (!receipt && recorder.isDenied() && trip.needsDelivery && !trip.isDelivered) {
        withdraw(location, trip, recorder.problem());
        return ExitStatus::Failed;
    }
    if (!receipt) {
        Console::say(resultOf(trip).arg(recorder.problem())
                     + (trip.isFiled
                            ? QStringLiteral("The request stays filed; whoever opens the database next records it.")
                            : QStringLiteral("No request could be filed: run this command again.")));
        return ExitStatus::Failed;
    }
    if (receipt->stage != StopReceipt::Stage::Completed) {
        Console::say(
            QStringLiteral("The stop is recorded, but cancelling what was pending is not finished: %1 Whoever opens "
                           "the database next finishes it.")
                .arg(recorder.problem()));
        return ExitStatus::Failed;
    }
    if (!StopReport::complainOfUnconfirmed(*receipt))
        return ExitStatus::Failed;
    return ExitStatus::Done;
}

} // namespace

void addKillCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<KillOptions>();
    CLI::App *command = app.add_subcommand("kill", "Stop everything now, or one agent or kind of action alone");
    command->add_option("--reason", options->reason, "Why; it goes into the audit log")->type_name("TEXT");
    CLI::Option *agent = command
                             ->add_option("--agent", options->agent,
                                          "Hold this agent alone, until it is reset by itself")
                             ->type_name("ID");
    command->add_option("--action", options->action, "Hold this kind of action alone, until it is reset by itself")
        ->excludes(agent)
        ->type_name("NAME");
    command
        ->add_option("--wait", options->waitSeconds,
                     "How long to wait for the database to record it, in seconds (default 30)")
        ->check(CLI::Range(0.0, 86400.0).description(""))
        ->type_name("SECONDS");
    command->callback(
        [&invocation, options] { invocation.command = [&invocation, options] { return kill(invocation, *options); }; });
}

} // namespace andon::ctl
