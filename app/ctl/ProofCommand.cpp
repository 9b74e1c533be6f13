// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/InputFile.h"
#include "app/ctl/OutputFile.h"
#include "app/ctl/Session.h"
#include "app/ctl/StoredJson.h"
#include "core/audit/proof/EventProver.h"

#include <memory>

namespace andon::ctl {

namespace {

struct ProofOptions
{
    std::string event;
    std::string output;
    std::string checkpoint;
    std::string entryOutput;
};

EventProver::SignedTree chosenTree(EventProver &prover, const EventProver::Event &event, const ProofOptions &options)
{
    if (!options.checkpoint.empty()) {
        const QString name = QString::fromStdString(options.checkpoint);
        return EventProver::SignedTree::parse(InputFile::read(name, SignedNote::kMostBytes));
    }
    std::optional<EventProver::SignedTree> tree;
    if (event.index)
        tree = prover.newestTree(*event.index);
    if (!tree)
        throw Error(
            QStringLiteral("No checkpoint covers event %1 yet. Run `andonctl checkpoint` first, which signs the "
                           "log as it is now.")
                .arg(event.id.toString()));
    return *tree;
}

void report(const Invocation &invocation, const EventProver::Event &event, const Checkpoint &checkpoint,
            const QString &output)
{
    if (invocation.wantsJson) {
        Console::writeJson({{QStringLiteral("event"), event.id.value},
                            {QStringLiteral("index"), *event.index},
                            {QStringLiteral("size"), checkpoint.size},
                            {QStringLiteral("origin"), checkpoint.origin},
                            {QStringLiteral("output"), output},
                            {QStringLiteral("entry"), event.entry}});
        return;
    }
    if (output != u"-")
        Console::writeJson(event.entry);
    Console::say(QStringLiteral("Event %1 is entry %2 of the %3 entries of the checkpoint.")
                     .arg(event.id.toString())
                     .arg(*event.index)
                     .arg(checkpoint.size));
}

ExitStatus prove(const Invocation &invocation, const ProofOptions &options)
{
    const EventId id = Arguments::eventId(options.event);
    const QString output = QString::fromStdString(options.output);
    const QString entryOutput = QString::fromStdString(options.entryOutput);
    if (output == u"-" && (invocation.wantsJson || entryOutput == u"-"))
        throw InvalidInputError(QStringLiteral("Standard output takes one thing only: give --output a file."));
    const DatabaseLocation location = invocation.location();
    OutputFile::check(output, location);
    if (!entryOutput.isEmpty())
        OutputFile::check(entryOutput, location);
    Session session(location, Session::Purpose::Look, false);
    if (!session.note().isEmpty())
        Console::say(session.note());
    if (session.database().isReadOnly() && session.formerKind() != Schema::Kind::Current)
        throw Error(QStringLiteral("This database has no seals yet, and can only be read: open it once with the right "
                                   "to write it."));

    EventProver prover(session.database());
    const EventProver::Event event = prover.find(id);
    const EventProver::SignedTree tree = chosenTree(prover, event, options);
    const TlogProof proof = prover.prove(event, tree);
    if (!entryOutput.isEmpty())
        OutputFile::write(entryOutput, StoredJson::compact(event.entry) + '\n');
    OutputFile::write(output, proof.toBytes());
    report(invocation, event, tree.checkpoint, output);
    return ExitStatus::Done;
}

} // namespace

void addProofCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<ProofOptions>();
    CLI::App *command = app.add_subcommand(
        "proof", "Write a file that proves that an event stands in the log, and print the event as an entry");
    command->footer("andonctl verify-proof checks it, and so do other tools: it is a C2SP tlog-proof.");
    command->add_option("EVENT", options->event, "The id of the event")->required()->option_text(" ");
    command->add_option("--output", options->output, "The file, or - for standard output; usually named .tlog-proof")
        ->required()
        ->type_name("FILE");
    command
        ->add_option("--checkpoint", options->checkpoint,
                     "Prove it against this checkpoint instead of the newest one of the database")
        ->type_name("FILE");
    command->add_option("--entry-output", options->entryOutput, "Write the entry to this file, too")->type_name("FILE");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return prove(invocation, *options); };
    });
}

} // namespace andon::ctl
