// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/BulkSimulation.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/LiveSimulation.h"

#include <QElapsedTimer>

#include <memory>

namespace andon::ctl {

namespace {

constexpr double kDefaultRate = 2;
constexpr std::chrono::seconds kPatienceOfTheLiving(1); ///< with a lock
constexpr std::chrono::seconds kPatienceOfTheFast(5);

struct SimulateOptions
{
    std::optional<double> rate;
    std::optional<qint64> count;
    quint64 seed = 1;
    std::string agentId = "agent-7";
};

SimulationTally simulateLive(RenewableSession &session, const SimulatedWork &work, const SimulateOptions &options)
{
    const double rate = options.rate.value_or(kDefaultRate);
    Console::say(QStringLiteral("%1 acts on %2, with %3 ideas a second. Ctrl+C ends it.")
                     .arg(QString::fromStdString(options.agentId), session.get().database().location().name())
                     .arg(rate));
    return LiveSimulation(session, work, rate).run(options.count.value_or(0));
}

ExitStatus simulate(const Invocation &invocation, const SimulateOptions &options)
{
    const SimulatedWork work(options.seed, Arguments::requiredText(options.agentId, QStringLiteral("--agent-id")));
    const bool isBulk = options.count && !options.rate;
    RenewableSession session(invocation.location(), isBulk ? kPatienceOfTheFast : kPatienceOfTheLiving);
    QElapsedTimer timer;
    timer.start();
    const SimulationTally tally = isBulk ? BulkSimulation(session, work).run(*options.count)
                                         : simulateLive(session, work, options);
    const double seconds = static_cast<double>(timer.elapsed()) / 1000;

    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("events"), tally.events},
                            {QStringLiteral("proposed"), tally.proposed},
                            {QStringLiteral("completed"), tally.completed},
                            {QStringLiteral("failed"), tally.failed},
                            {QStringLiteral("withdrawn"), tally.withdrawn},
                            {QStringLiteral("refused"), tally.refused},
                            {QStringLiteral("seconds"), seconds}});
    else
        Console::writeLine(
            QStringLiteral("%1 events in %2 s: %3 proposed, %4 completed, %5 failed, %6 withdrawn, %7 refused.")
                .arg(tally.events)
                .arg(seconds, 0, 'f', 1)
                .arg(tally.proposed)
                .arg(tally.completed)
                .arg(tally.failed)
                .arg(tally.withdrawn)
                .arg(tally.refused));
    return ExitStatus::Done;
}

} // namespace

void addSimulateCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<SimulateOptions>();
    CLI::App *command = app.add_subcommand("simulate", "Be a plausible agent, for demos, tests and benches");
    command
        ->add_option("--rate", options->rate,
                     "Live in real time, with so many ideas a second (default 2, unless --count is given)")
        ->check(CLI::Range(0.01, 10'000.0).description(""))
        ->type_name("N");
    command
        ->add_option("--count", options->count,
                     "End after at least so many audit events; without --rate they are written as fast as possible")
        ->check(CLI::Range(qint64{1}, qint64{1'000'000'000}).description(""))
        ->type_name("N");
    command->add_option("--seed", options->seed, "The same seed gives the same work (default 1)")->type_name("N");
    command->add_option("--agent-id", options->agentId, "The agent's name (default agent-7)")->type_name("ID");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return simulate(invocation, *options); };
    });
}

} // namespace andon::ctl
