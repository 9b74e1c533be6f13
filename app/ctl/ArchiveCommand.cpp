// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Interruption.h"
#include "app/ctl/ProgressLine.h"
#include "app/ctl/Session.h"
#include "core/audit/archive/ArchiveError.h"
#include "core/audit/archive/Archiver.h"

#include <memory>

namespace andon::ctl {

namespace {

struct ArchiveOptions
{
    std::string before;
    std::string output;
};

QJsonObject toJson(const Archiver::Result &result)
{
    const ArchiveRecord &record = result.record;
    return {{QStringLiteral("file"), result.path},
            {QStringLiteral("sha256"), record.sha256},
            {QStringLiteral("months"), record.months},
            {QStringLiteral("first_event"), record.firstEvent.value},
            {QStringLiteral("last_event"), record.lastEvent.value},
            {QStringLiteral("events"), record.events},
            {QStringLiteral("tree_size"), record.treeSize},
            {QStringLiteral("root"), QString::fromLatin1(record.root.toBase64())},
            {QStringLiteral("not_more"), result.notMore.isEmpty() ? QJsonValue() : QJsonValue(result.notMore)}};
}

ExitStatus archive(const Invocation &invocation, const ArchiveOptions &given)
{
    const DatabaseLocation location = invocation.location();
    if (location.engine == SqlEngine::Sqlite)
        throw ArchiveError(
            QStringLiteral("%1 is an SQLite database, whose log is one file that stays whole: it has no months that "
                           "could be taken out. Nothing was archived.")
                .arg(location.name()));
    Session session(location, Session::Purpose::Change, false);
    const Interruption interruption;
    ProgressLine line;
    Archiver archiver(session.database(), session.auditor());
    const std::optional<Archiver::Result> result = archiver.archive(
        QString::fromStdString(given.before), QString::fromStdString(given.output),
        [&](bool isReadingBack, qint64 done, qint64 total) {
            line.show(isReadingBack ? QStringLiteral("Reading back") : QStringLiteral("Archiving"), done, total,
                      QStringLiteral("events"));
            return !interruption.isRequested();
        });
    line.clear();
    if (!result) {
        Console::say(QStringLiteral("Archiving was interrupted; nothing was archived, and there is no file."));
        return ExitStatus::Failed;
    }
    if (invocation.wantsJson) {
        Console::writeJson(toJson(*result));
    } else {
        Console::writeLine(
            Console::printable(QStringLiteral("%1 events (%2 to %3, of %4) are in %5, and no longer in "
                                              "the database.")
                                   .arg(result->record.events)
                                   .arg(result->record.firstEvent.toString(), result->record.lastEvent.toString(),
                                        result->record.months, result->path)));
        Console::writeLine(QStringLiteral("sha256 %1").arg(result->record.sha256));
        Console::writeLine(QStringLiteral("Keep the file: andonctl verify --archive reads it."));
    }
    if (!result->notMore.isEmpty())
        Console::say(QStringLiteral("Not more, since %1.").arg(result->notMore));
    return ExitStatus::Done;
}

} // namespace

void addArchiveCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ArchiveOptions>();
    CLI::App *command = app.add_subcommand(
        "archive", "Move whole old months of the log at a PostgreSQL server into a file; what is proven stays proven");
    command->add_option("--before", options->before, "The first month that stays (at the latest this one)")
        ->type_name("YYYY-MM")
        ->required();
    command->add_option("--output", options->output, "The file: a new one")->type_name("FILE")->required();
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return archive(invocation, *options); };
    });
}

} // namespace andon::ctl
