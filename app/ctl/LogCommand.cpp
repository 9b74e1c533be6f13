// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Interruption.h"
#include "app/ctl/LogListing.h"
#include "app/ctl/Session.h"
#include "core/audit/export/AuditExport.h"
#include "core/audit/proof/ProofFields.h"

#include <algorithm>
#include <limits>
#include <memory>

namespace andon::ctl {

namespace {

struct LogOptions
{
    std::vector<std::string> filter;
    std::optional<qint64> limit;
    std::optional<std::string> format;
    std::optional<std::string> output;
    bool follow = false;
    bool withProofs = false;
    bool inUtc = false;
};

constexpr qint64 kDefaultLimit = 100;

/// The filter, what was typed, and where in it, for who has mistyped.
ExitStatus reportFilterError(const QString &typed, const FilterError &error)
{
    const QString before = Console::printable(typed.left(error.position()));
    const QString marked = Console::printable(typed.mid(error.position(), error.length()));
    Console::say(QStringLiteral("The filter cannot be read."));
    Console::sayLine(QStringLiteral("  ") + typed);
    Console::sayLine(QStringLiteral("  ") + QString(before.size(), u' ')
                     + QString(std::max<qsizetype>(1, marked.size()), u'^'));
    Console::sayLine(QStringLiteral("  ") + error.message());
    return ExitStatus::Usage;
}

QString joinedFilter(const LogOptions &options)
{
    QStringList words;
    for (const std::string &word : options.filter)
        words << QString::fromStdString(word).trimmed();
    return words.join(u' ');
}

LogFormat listingFormat(const Invocation &invocation, const LogOptions &options)
{
    if (!options.format)
        return invocation.wantsJson ? LogFormat::JsonLines : LogFormat::Table;
    if (invocation.wantsJson && *options.format != "jsonl")
        throw InvalidInputError(QStringLiteral("--json means --format jsonl; leave one of the two out."));
    if (*options.format == "table")
        return LogFormat::Table;
    return *options.format == "csv" ? LogFormat::Csv : LogFormat::JsonLines;
}

/// The name says whether the file is compressed, and what is in it unless an option does.
ExportFormat exportFormat(const LogOptions &options, const QString &fileName)
{
    std::optional<ExportFormat> format = options.format ? exportFormatFromName(QString::fromStdString(*options.format))
                                                        : exportFormatFromFileName(fileName);
    if (!format)
        throw InvalidInputError(
            QStringLiteral("A file is written as CSV or JSON Lines: name it .csv, .jsonl, .csv.gz or .jsonl.gz, or "
                           "give --format csv or --format jsonl."));
    format->isCompressed = isGzipFileName(fileName);
    return *format;
}

/// Nothing unless the export carries proofs. What it cannot carry is refused.
std::optional<ProofFields> proofFields(const LogOptions &options, ExportFormat format, Session &session)
{
    if (!options.withProofs)
        return std::nullopt;
    if (format.lines == ExportFormat::Csv)
        throw InvalidInputError(QStringLiteral("CSV has no place for proofs: with --proofs, name the file .jsonl or "
                                               "give --format jsonl."));
    return std::optional<ProofFields>(std::in_place, session.database());
}

void reportExport(const Invocation &invocation, const QString &fileName, qint64 written, const ProofFields *proofs)
{
    if (proofs != nullptr && proofs->newer() > 0)
        Console::say(QStringLiteral("%1 events have no proof: they are newer than the checkpoint of %2 entries. Run "
                                    "andonctl checkpoint, and export again.")
                         .arg(proofs->newer())
                         .arg(proofs->checkpoint().size));
    if (invocation.wantsJson) {
        QJsonObject result{{QStringLiteral("events"), written}, {QStringLiteral("file"), fileName}};
        if (proofs != nullptr)
            result.insert(QStringLiteral("proofs"), proofs->proven());
        Console::writeJson(result);
        return;
    }
    Console::writeLine(Console::printable(QStringLiteral("%1 events written to %2.").arg(written).arg(fileName)));
}

ExitStatus exportLog(const Invocation &invocation, const LogOptions &options, const AuditFilter &filter)
{
    const QString fileName = QString::fromStdString(*options.output);
    const ExportFormat format = exportFormat(options, fileName);
    if (options.limit || options.follow)
        throw InvalidInputError(
            QStringLiteral("--output writes all that the filter shows, so it does not go with --limit or "
                           "--follow. Narrow the filter instead."));
    Session session(invocation.location(), Session::Purpose::Look);
    AuditReader reader(session.database());
    AuditExport auditExport(reader);
    std::optional<ProofFields> proofs = proofFields(options, format, session);
    if (proofs)
        auditExport.setSupplement([&proofs](EventId event, std::string &line) { proofs->append(event, line); });
    const Interruption interruption;
    const std::optional<qint64> written = auditExport.writeFile(
        filter, format, fileName, [&interruption](qint64) { return !interruption.isRequested(); });
    if (!written) {
        Console::say(QStringLiteral("The export was interrupted; %1 was not written.").arg(fileName));
        return ExitStatus::Failed;
    }
    reportExport(invocation, fileName, *written, proofs ? &*proofs : nullptr);
    return ExitStatus::Done;
}

ExitStatus listLog(const Invocation &invocation, const LogOptions &options, const AuditFilter &filter)
{
    if (options.withProofs)
        throw InvalidInputError(QStringLiteral("--proofs goes with --output, to a file of JSON Lines."));
    const LogFormat format = listingFormat(invocation, options);
    Session session(invocation.location(), Session::Purpose::Look);
    if (!session.note().isEmpty())
        Console::say(session.note());
    LogListing listing(session.database(), filter, LogPrinter(format, options.inUtc));
    std::optional<Interruption> interruption;
    if (options.follow)
        interruption.emplace(); // from the first line on: whoever has read one may end it
    listing.printNewest(options.limit.value_or(kDefaultLimit));
    if (options.follow)
        listing.follow(*interruption);
    return ExitStatus::Done;
}

ExitStatus showLog(const Invocation &invocation, const LogOptions &options)
{
    const QString typed = joinedFilter(options);
    try {
        const AuditFilter filter = AuditFilter::parse(typed, QDateTime::currentDateTimeUtc());
        return options.output ? exportLog(invocation, options, filter) : listLog(invocation, options, filter);
    } catch (const FilterError &error) {
        return reportFilterError(typed, error);
    }
}

} // namespace

void addLogCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<LogOptions>();
    CLI::App *command = app.add_subcommand("log", "Show the audit log, oldest first");
    command
        ->add_option("FILTER", options->filter,
                     "Which events, for example: type:failed since:2h \"connection timeout\" -actor:user")
        ->option_text("FILTER...");
    command->add_option("--limit", options->limit, "The newest so many (default 100; 0: all)")
        ->check(CLI::Range(qint64{0}, std::numeric_limits<qint64>::max()).description(""))
        ->type_name("N");
    command->add_option("--format", options->format, "table, jsonl or csv")
        ->check(CLI::IsMember({"table", "jsonl", "csv"}).description(""))
        ->type_name("FORMAT");
    command->add_flag("--follow", options->follow, "Go on with what is appended, until interrupted");
    command
        ->add_option("--output", options->output,
                     "Write all that the filter shows to this file (.csv, .jsonl; .gz: compressed)")
        ->type_name("FILE");
    command->add_flag("--proofs", options->withProofs,
                      "Each line of the file proves that its event stands in the log (JSON Lines)");
    command->add_flag("--utc", options->inUtc, "Times of the table in UTC instead of local time");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return showLog(invocation, *options); };
    });
}

} // namespace andon::ctl
