// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/StopRecorder.h"
#include "core/Identity.h"

#include <memory>

namespace andon::ctl {

namespace {

struct KillOptions
{
    std::string reason;
    double waitSeconds = 30;
};

/// What is true now, before anything is recorded.
void announce(const Trip &trip)
{
    if (trip.isEffective()) {
        Console::say(QStringLiteral("Stopped: nothing may start any more."));
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

QString milliseconds(const std::optional<qint64> &microseconds)
{
    return microseconds ? QString::number(static_cast<double>(*microseconds) / 1000, 'f', 1) + QStringLiteral(" ms")
                        : QStringLiteral("an unmeasured time");
}

void printReceipt(const StopReceipt &receipt)
{
    Console::writeLine(
        QStringLiteral("Stop %1 is recorded: %2 pending cancelled, %3 running when it came, %4 of them ended.")
            .arg(receipt.stopId.toString())
            .arg(receipt.cancelledCount)
            .arg(receipt.running)
            .arg(receipt.stopped));
    Console::writeLine(QStringLiteral("Permit gone after %1, recorded after %2, all cancelled after %3.")
                           .arg(milliseconds(receipt.permitRevokedUs), milliseconds(receipt.committedUs),
                                milliseconds(receipt.completedUs)));
}

StopReceipt receiptBeforeRecord(const Trip &trip)
{
    StopReceipt receipt;
    receipt.permitRevokedUs = trip.permitRevokedUs;
    return receipt;
}

ExitStatus kill(const Invocation &invocation, const KillOptions &options)
{
    const DatabaseLocation location = invocation.location();
    Trip trip = TripSwitch(location).trip(StopRequest::Kind::Stop, currentIdentity(),
                                          QString::fromStdString(options.reason));
    announce(trip);

    StopRecorder recorder(location, trip, std::chrono::milliseconds(static_cast<qint64>(options.waitSeconds * 1000)));
    const std::optional<StopReceipt> receipt = recorder.record();
    if (invocation.wantsJson)
        Console::writeJson(receipt.value_or(receiptBeforeRecord(trip)).toJson());
    else if (receipt)
        printReceipt(*receipt);

    if (!receipt) {
        Console::say(
            (trip.isEffective() ? QStringLiteral("stopped, not yet recorded: %1 ") : QStringLiteral("NOT STOPPED: %1 "))
                .arg(recorder.problem())
            + (trip.isFiled ? QStringLiteral("The request stays filed; whoever opens the database next records it.")
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
    return ExitStatus::Done;
}

} // namespace

void addKillCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<KillOptions>();
    CLI::App *command = app.add_subcommand("kill", "Stop everything now");
    command->add_option("--reason", options->reason, "Why; it goes into the audit log")->type_name("TEXT");
    command
        ->add_option("--wait", options->waitSeconds,
                     "How long to wait for the database to record it, in seconds (default 30)")
        ->check(CLI::Range(0.0, 86400.0).description(""))
        ->type_name("SECONDS");
    command->callback(
        [&invocation, options] { invocation.command = [&invocation, options] { return kill(invocation, *options); }; });
}

} // namespace andon::ctl
