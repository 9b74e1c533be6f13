// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/OutputFile.h"
#include "app/ctl/Session.h"
#include "core/audit/checkpoint/CheckpointSettings.h"
#include "core/audit/checkpoint/CheckpointSigner.h"
#include "core/storage/Timestamp.h"

#include <QJsonArray>

#include <memory>

namespace andon::ctl {

namespace {

struct CheckpointOptions
{
    std::optional<std::string> output;
    bool anew = false;
    bool startOver = false;
    std::string reason;
};

QJsonObject toJson(const SignedCheckpoint &made, const QString &output)
{
    QJsonArray troubles;
    for (const SignedCheckpoint::Trouble &trouble : made.troubles)
        troubles << QJsonObject{{QStringLiteral("folder"), trouble.folder}, {QStringLiteral("error"), trouble.error}};
    const bool isFile = !output.isEmpty() && output != u"-";
    return {{QStringLiteral("origin"), made.checkpoint.origin},
            {QStringLiteral("size"), made.checkpoint.size},
            {QStringLiteral("root"), QString::fromLatin1(toBase64(made.checkpoint.root))},
            {QStringLiteral("new"), made.isNew},
            {QStringLiteral("signed_at"), formatTimestamp(made.when)},
            {QStringLiteral("key"), made.key.toString()},
            {QStringLiteral("note"), QString::fromUtf8(made.note)},
            {QStringLiteral("file"), isFile ? QJsonValue(output) : QJsonValue()},
            {QStringLiteral("files"), QJsonArray::fromStringList(made.files)},
            {QStringLiteral("troubles"), troubles}};
}

/// What a person sees who does not read the note.
void sayWhatWasDone(const SignedCheckpoint &made, const QString &output)
{
    Console::say(made.isNew
                     ? QStringLiteral("Checkpoint of %1 entries, signed by %2.")
                           .arg(made.checkpoint.size)
                           .arg(made.key.toString())
                     : QStringLiteral("The log has not grown: the checkpoint of %1 entries, signed by %2, stands.")
                           .arg(made.checkpoint.size)
                           .arg(made.key.toString()));
    if (!output.isEmpty() && output != u"-")
        Console::say(QStringLiteral("Written to %1.").arg(output));
}

ExitStatus checkpoint(const Invocation &invocation, const CheckpointOptions &options)
{
    const QString output = QString::fromStdString(options.output.value_or(""));
    const DatabaseLocation location = invocation.location();
    if (options.output)
        OutputFile::check(output, location);
    if (invocation.wantsJson && output == u"-")
        throw InvalidInputError(QStringLiteral("--json prints the note in a field; leave --output - out."));
    QString reason;
    if (options.startOver)
        reason = Arguments::requiredText(options.reason, QStringLiteral("--reason"));
    else if (!options.reason.empty())
        throw InvalidInputError(QStringLiteral("--reason goes with --start-over only."));

    Session session(location, Session::Purpose::Change);
    if (options.startOver) {
        const LogIdentity now = CheckpointSigner::startOver(session.database(), session.auditor(), reason);
        Console::say(QStringLiteral("The log is called %1 from now on. What was signed of it before stays true, and "
                                    "stays: keep it.")
                         .arg(now.origin()));
    }
    CheckpointSigner signer(session.database(), {{}, CheckpointSettings::read().folders});
    const SignedCheckpoint made = signer.sign(options.anew ? CheckpointSigner::Occasion::Always
                                                           : CheckpointSigner::Occasion::Growth);
    if (!output.isEmpty())
        OutputFile::write(output, made.note);
    if (invocation.wantsJson)
        Console::writeJson(toJson(made, output));
    else if (output.isEmpty())
        Console::write(made.note);
    sayWhatWasDone(made, output);
    for (const SignedCheckpoint::Trouble &trouble : made.troubles)
        Console::say(QStringLiteral("The checkpoint was signed, but did not get into %1: %2")
                         .arg(trouble.folder, trouble.error));
    return made.troubles.isEmpty() ? ExitStatus::Done : ExitStatus::Failed;
}

} // namespace

void addCheckpointCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<CheckpointOptions>();
    CLI::App *command = app.add_subcommand(
        "checkpoint", "Sign the size and the root of the log: what is kept elsewhere proves later what it held");
    command->add_option("--output", options->output, "Write it to this file instead of standard output (-)")
        ->type_name("FILE");
    command->add_flag("--anew", options->anew, "Sign also where the log has not grown since the last one");
    command->add_flag("--start-over", options->startOver,
                      "Go on from a backup, or with another log: gives the log a new name; needs --reason");
    command->add_option("--reason", options->reason, "Why it starts over; it goes into the audit log")
        ->type_name("TEXT");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return checkpoint(invocation, *options); };
    });
}

} // namespace andon::ctl
