// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Interruption.h"
#include "app/ctl/ProgressLine.h"
#include "core/copy/LogCopy.h"

#include <memory>

namespace andon::ctl {

namespace {

struct CopyOptions
{
    std::string from;
    std::string to;
};

void print(const CopyReport &report)
{
    Console::writeLine(Console::printable(report.headline()));
    Console::writeLine({});
    for (const CopyReport::Table &table : report.tables)
        Console::writeLine(QStringLiteral("%1 %2").arg(table.rows, 12).arg(table.name));
    if (report.endedAgents > 0)
        Console::writeLine(QStringLiteral("\n%1 agents are connected to the source; in the copy they are not.")
                               .arg(report.endedAgents));
    if (!report.isVerified)
        return;
    Console::writeLine({});
    const QStringList lines = report.verification.toText().split(u'\n');
    for (qsizetype i = 0; i + 1 < lines.size(); ++i)
        Console::writeLine(Console::printable(lines.at(i)));
}

ExitStatus copy(const Invocation &invocation, const CopyOptions &given)
{
    const DatabaseLocation from = DatabaseLocation::parse(QString::fromStdString(given.from));
    const DatabaseLocation to = DatabaseLocation::parse(QString::fromStdString(given.to));
    const Interruption interruption;
    ProgressLine line;
    LogCopy copying(from, to, {});
    const std::optional<CopyReport> report = copying.run([&](bool isVerifying, qint64 done, qint64 total) {
        line.show(isVerifying ? QStringLiteral("Verifying the copy") : QStringLiteral("Copying"), done, total,
                  isVerifying ? QStringLiteral("entries") : QStringLiteral("rows"));
        return !interruption.isRequested();
    });
    line.clear();
    if (!report) {
        Console::say(QStringLiteral("Copying was interrupted; nothing was copied to %1.").arg(to.name()));
        return ExitStatus::Failed;
    }
    if (invocation.wantsJson)
        Console::writeJson(report->toJson());
    else
        print(*report);
    return report->isFaithful() ? ExitStatus::Done : ExitStatus::Failed;
}

} // namespace

void addCopyCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<CopyOptions>();
    CLI::App *command = app.add_subcommand(
        "copy",
        "Copy a whole database into an empty one, of either engine, and verify the copy; changes the source by "
        "nothing");
    command->add_option("--from", options->from, "The source: in observe mode, without a stop under way")
        ->type_name("DATABASE")
        ->required();
    command->add_option("--to", options->to, "The target: new or empty")->type_name("DATABASE")->required();
    command->callback(
        [&invocation, options] { invocation.command = [&invocation, options] { return copy(invocation, *options); }; });
}

} // namespace andon::ctl
