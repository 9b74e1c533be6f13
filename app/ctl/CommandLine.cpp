// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/CommandLine.h"

#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Failure.h"
#include "core/Version.h"

#include <QRegularExpression>

#include <algorithm>

namespace andon::ctl {

namespace {

constexpr auto kFooter =
    "Exit status: 0 done, 1 failed, 2 usage, 3 blocked by observe-only mode or for want of an approval, 4 blocked or "
    "stopped by the kill switch or a hold, 5 state unknown.\nThe full reference is docs/andonctl.md.";

void addGlobalOptions(CLI::App &app, Invocation &invocation)
{
    app.set_version_flag("--version", std::string("andonctl ") + kVersion, "Print the version and exit");
    app.add_option("--database", invocation.database,
                   "The database: a path, sqlite:PATH or postgresql://USER@HOST/DATABASE (else $ANDON_DATABASE, else "
                   "andon.db in the application data folder)")
        ->type_name("DATABASE");
    app.add_flag("--json", invocation.wantsJson, "Print the result as JSON");
}

void addCommands(CLI::App &app, Invocation &invocation)
{
    addStatusCommand(app, invocation);
    addKillCommand(app, invocation);
    addResetCommand(app, invocation);
    addModeCommand(app, invocation);
    addGateCommand(app, invocation);
    addProposeCommand(app, invocation);
    addValidateCommand(app, invocation);
    addClaimCommand(app, invocation);
    addCompleteCommand(app, invocation);
    addCancelCommand(app, invocation);
    addRunCommand(app, invocation);
    addApproveCommand(app, invocation);
    addRejectCommand(app, invocation);
    addActionsCommand(app, invocation);
    addLogCommand(app, invocation);
    addCheckpointCommand(app, invocation);
    addKeyCommand(app, invocation);
    addConfigCommand(app, invocation);
    addProofCommand(app, invocation);
    addVerifyProofCommand(app, invocation);
    addVerifyCommand(app, invocation);
    addAdoptCommand(app, invocation);
    addCopyCommand(app, invocation);
    addArchiveCommand(app, invocation);
    addInitRolesCommand(app, invocation);
    addSimulateCommand(app, invocation);
}

/// A negated term of a filter (`-type:proposed`) looks like an option. With a blank before it, which
/// a filter may have, it is taken as the argument that it is.
QString protectedTerm(const QString &argument)
{
    static const QRegularExpression term(QStringLiteral(R"(^-(?:"|[a-z_.]+:))"));
    return term.match(argument).hasMatch() ? u' ' + argument : argument;
}

/// The first word that is neither an option nor the value of one; empty where there is none.
QString commandNameIn(const QStringList &arguments)
{
    for (auto word = arguments.begin(); word != arguments.end(); ++word) {
        if (*word == u"--database" && std::next(word) != arguments.end())
            ++word;
        else if (!word->startsWith(u'-'))
            return *word;
    }
    return {};
}

/// Takes what stands behind the first `--` away. CLI11 does not see it: it takes `[a,b]` apart, for one.
std::vector<std::string> takeBehindMark(QStringList *arguments)
{
    std::vector<std::string> words;
    const qsizetype mark = arguments->indexOf(u"--");
    if (mark < 0)
        return words;
    for (auto word = arguments->cbegin() + mark + 1; word != arguments->cend(); ++word)
        words.push_back(word->toStdString());
    arguments->resize(mark);
    return words;
}

/// CLI11 takes the arguments from last to first.
std::vector<std::string> toParse(QStringList arguments)
{
    const qsizetype mark = arguments.indexOf(u"--");
    const auto end = mark < 0 ? arguments.end() : arguments.begin() + mark;
    if (std::find(arguments.begin(), end, u"log") != end)
        std::transform(arguments.begin(), end, arguments.begin(), protectedTerm);
    std::vector<std::string> words;
    for (auto word = arguments.crbegin(); word != arguments.crend(); ++word)
        words.push_back(word->toStdString());
    return words;
}

/// CLI11's own words, for a reader: one sentence, and where to read on.
ExitStatus reportUsage(const CLI::App &app, const CLI::ParseError &error)
{
    QString sentence = QString::fromStdString(error.what()).simplified();
    if (!sentence.endsWith(u'.'))
        sentence += u'.';
    const bool isAboutCommand = error.get_name() == "RequiredError" || error.get_name() == "ExtrasError";
    if (isAboutCommand && app.get_subcommands().empty()) {
        // CLI11 says only that a command is missing, also where an unknown one was typed.
        const std::vector<std::string> unknown = app.remaining();
        sentence = unknown.empty()
            ? QStringLiteral("A command is required.")
            : QStringLiteral("There is no command or option \"%1\".").arg(QString::fromStdString(unknown.front()));
    }
    QString command;
    for (const CLI::App *chosen : app.get_subcommands())
        command += u' ' + QString::fromStdString(chosen->get_name());
    Console::say(sentence + QStringLiteral(" See: andonctl%1 --help").arg(command));
    return ExitStatus::Usage;
}

} // namespace

ExitStatus CommandLine::run(const QStringList &arguments)
{
    Invocation invocation;
    QStringList typed = arguments.mid(1);
    if (commandNameIn(typed) == u"run")
        invocation.behindMark = takeBehindMark(&typed);
    CLI::App app("Stops, starts and inspects what autonomous agents may do, from a shell.", "andonctl");
    app.footer(kFooter);
    app.require_subcommand(1);
    app.fallthrough(); // the commands inherit it: global options may stand after a command too
    addGlobalOptions(app, invocation);
    addCommands(app, invocation);
    try {
        app.parse(toParse(typed));
    } catch (const CLI::Success &success) { // --help, --version
        std::ostringstream text;
        app.exit(success, text, text);
        Console::write(QByteArray::fromStdString(text.str()));
        return ExitStatus::Done;
    } catch (const CLI::ParseError &error) {
        return reportUsage(app, error);
    }
    return Failure::guard(invocation.command);
}

} // namespace andon::ctl
