// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Interruption.h"
#include "app/ctl/ProgressLine.h"
#include "core/audit/verify/CheckpointFile.h"
#include "core/audit/verify/Verifier.h"

#include <memory>

namespace andon::ctl {

namespace {

struct VerifyOptions
{
    std::vector<std::string> checkpoints;
    std::vector<std::string> keys;
    std::vector<std::string> archives;
    bool withoutCompleteness = false;
    int threads = 0;
};

constexpr int kMostThreads = 256;

Verifier::Options optionsOf(const VerifyOptions &given)
{
    Verifier::Options options;
    for (const std::string &key : given.keys)
        options.keys << VerifierKey::parse(QString::fromStdString(key));
    for (const std::string &file : given.checkpoints)
        options.checkpoints << readCheckpointFile(QString::fromStdString(file));
    for (const std::string &file : given.archives)
        options.archives << QString::fromStdString(file);
    options.withCompleteness = !given.withoutCompleteness;
    options.threads = given.threads;
    return options;
}

ExitStatus verify(const Invocation &invocation, const VerifyOptions &given)
{
    Verifier verifier(invocation.location(), optionsOf(given));
    const Interruption interruption;
    ProgressLine line;
    const std::optional<VerifyReport> report = verifier.verify([&](qint64 done, qint64 total) {
        line.show(QStringLiteral("Verifying"), done, total, QStringLiteral("entries"));
        return !interruption.isRequested();
    });
    line.clear();
    if (!report) {
        Console::say(QStringLiteral("Verifying was interrupted; nothing can be said of the log."));
        return ExitStatus::Failed;
    }
    if (invocation.wantsJson) {
        Console::writeJson(report->toJson());
    } else {
        const QStringList lines = report->toText().split(u'\n', Qt::KeepEmptyParts);
        for (qsizetype i = 0; i + 1 < lines.size(); ++i)
            Console::writeLine(Console::printable(lines.at(i)));
    }
    return report->isWhole() ? ExitStatus::Done : ExitStatus::Failed;
}

} // namespace

void addVerifyCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<VerifyOptions>();
    CLI::App *command = app.add_subcommand(
        "verify", "Hold the whole audit log against its seals and checkpoints; changes nothing");
    command
        ->add_option("--checkpoint", options->checkpoints,
                     "Hold it against this signed checkpoint, too (may be given several times)")
        ->type_name("FILE")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--archive", options->archives,
                     "Read this file of archived events, too (may be given several times)")
        ->type_name("FILE")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--key", options->keys,
                     "Trust this verifier key instead of your own ones (may be given several times)")
        ->type_name("VKEY")
        ->expected(1)
        ->take_all();
    command->add_flag("--no-completeness", options->withoutCompleteness,
                      "Do not look whether every action has its events and records");
    command->add_option("--threads", options->threads, "How many threads read the log (default: one a processor)")
        ->check(CLI::Range(1, kMostThreads).description(""))
        ->type_name("N");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return verify(invocation, *options); };
    });
}

} // namespace andon::ctl
