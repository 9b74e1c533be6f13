// SPDX-License-Identifier: Apache-2.0
// Opens no database, and makes none: who checks a proof has none.
#include "app/ctl/Arguments.h"
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/InputFile.h"
#include "app/ctl/ProvenExport.h"
#include "core/audit/proof/EntryCheck.h"

#include <QJsonArray>

#include <memory>

namespace andon::ctl {

namespace {

/// An entry holds what one event holds.
constexpr qint64 kMostEntryBytes = 256 * 1024 * 1024;

struct VerifyProofOptions
{
    std::string proof;
    std::string event;
    std::string exported;
    std::vector<std::string> keys;
    std::string origin;
};

QJsonObject eventObject(const std::string &typed)
{
    const QString option = QStringLiteral("--event");
    std::string text = typed;
    if (typed == "-" || typed.starts_with('@')) {
        const QString name = typed == "-" ? QStringLiteral("-") : QString::fromStdString(typed.substr(1));
        text = InputFile::read(name, kMostEntryBytes).toStdString();
    }
    const QJsonValue value = Arguments::json(text, option);
    if (!value.isObject())
        throw InvalidInputError(QStringLiteral("--event takes a JSON object, as andonctl proof prints it."));
    return value.toObject();
}

EntryCheck checkOf(const VerifyProofOptions &options)
{
    QList<VerifierKey> keys;
    for (const std::string &key : options.keys)
        keys << VerifierKey::parse(QString::fromStdString(key));
    return {keys, QString::fromStdString(options.origin)};
}

ExitStatus reportProven(const Invocation &invocation, const QJsonObject &entry, qint64 index,
                        const TlogProof::Proven &proven)
{
    const QJsonValue event = entry.value(QStringLiteral("id"));
    if (invocation.wantsJson) {
        QJsonObject result = ProvenExport::toJson(proven);
        result.insert(QStringLiteral("proven"), true);
        result.insert(QStringLiteral("event"), event);
        result.insert(QStringLiteral("index"), index);
        Console::writeJson(result);
        return ExitStatus::Done;
    }
    Console::writeLine(Console::printable(QStringLiteral("Proven: event %1 is entry %2 of the log %3 as it was with %4 "
                                                         "entries, signed by %5.")
                                              .arg(event.toInteger())
                                              .arg(index)
                                              .arg(proven.checkpoint.origin)
                                              .arg(proven.checkpoint.size)
                                              .arg(ProvenExport::namesOf(proven.keys))));
    return ExitStatus::Done;
}

ExitStatus reportRefusal(const Invocation &invocation, const ProofError &error)
{
    if (invocation.wantsJson)
        Console::writeJson({{QStringLiteral("proven"), false},
                            {QStringLiteral("problem"), ProvenExport::nameOf(error.problem())},
                            {QStringLiteral("message"), error.message()}});
    Console::say(QStringLiteral("Not proven: ") + Console::printable(error.message()));
    return ExitStatus::Failed;
}

ExitStatus verifyOne(const Invocation &invocation, const VerifyProofOptions &options)
{
    EntryCheck check = checkOf(options);
    const QJsonObject given = eventObject(options.event);
    const QByteArray proof = InputFile::read(QString::fromStdString(options.proof), TlogProof::kMostBytes);
    const bool isLine = EntryCheck::isLine(given);
    const QJsonObject entry = isLine ? EntryCheck::entryOf(given) : given;
    try {
        const TlogProof::Proven proven = check.check(proof, entry);
        if (isLine)
            EntryCheck::requireShown(given);
        return reportProven(invocation, entry, TlogProof::parse(proof).index, proven);
    } catch (const ProofError &error) {
        return reportRefusal(invocation, error);
    }
}

ExitStatus verifyProof(const Invocation &invocation, const VerifyProofOptions &options)
{
    if (options.exported.empty() && (options.proof.empty() || options.event.empty()))
        throw InvalidInputError(QStringLiteral("verify-proof needs a proof and --event, or --export and a file."));
    if (options.exported.empty())
        return verifyOne(invocation, options);
    if (!options.proof.empty() || !options.event.empty())
        throw InvalidInputError(
            QStringLiteral("The lines of --export have their events and proofs with them: leave the others out."));
    return ProvenExport::check(checkOf(options), QString::fromStdString(options.exported), invocation.wantsJson);
}

} // namespace

void addVerifyProofCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<VerifyProofOptions>();
    CLI::App *command = app.add_subcommand("verify-proof",
                                           "Check that an event stands in a log, from its proof alone: no database");
    command->add_option("PROOF", options->proof, "The proof, a C2SP tlog-proof; or - for standard input")
        ->option_text(" ");
    command
        ->add_option("--event", options->event,
                     "The event, as andonctl proof printed it, or a line of an export with proofs; @FILE; -")
        ->type_name("JSON");
    command->add_option("--export", options->exported, "Check every line of a file of andonctl log --output --proofs")
        ->type_name("FILE");
    command->add_option("--key", options->keys, "Whose signature is trusted, name+hash+base64; may be given again")
        ->required()
        ->allow_extra_args(false)
        ->type_name("VKEY");
    command->add_option("--origin", options->origin, "Which log it must be; the first line of its checkpoints")
        ->type_name("NAME");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return verifyProof(invocation, *options); };
    });
}

} // namespace andon::ctl
