// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Session.h"
#include "core/storage/AgentTables.h"

#include <memory>

namespace andon::ctl {

namespace {

struct AdoptOptions
{
    std::string path;
    std::optional<std::string> timestamps;
};

QString nameOf(Schema::Kind kind)
{
    switch (kind) {
    case Schema::Kind::Empty:
        return QStringLiteral("empty");
    case Schema::Kind::Older:
        return QStringLiteral("older");
    case Schema::Kind::Adoptable:
        return QStringLiteral("agent");
    case Schema::Kind::Current:
        break;
    }
    return QStringLiteral("current");
}

QString sentenceOf(Schema::Kind kind)
{
    switch (kind) {
    case Schema::Kind::Empty:
        return QStringLiteral("It was empty; it is laid out now.");
    case Schema::Kind::Older:
        return QStringLiteral("It was of an older Andon; it is migrated now.");
    case Schema::Kind::Adoptable:
        return QStringLiteral("It was an agent's own; it is adopted now, and its data is kept.");
    case Schema::Kind::Current:
        break;
    }
    return QStringLiteral("It was adopted already.");
}

qint64 countRows(Database &database, const QString &table)
{
    return database.scalar(QStringLiteral("SELECT count(*) FROM ") + table).toLongLong();
}

/// Whether rows say that `wanted` cannot be. Naive times do not tell which of the two naive styles
/// they are, so before the adoption a person may; times with an offset leave no choice.
bool isContradicted(Database &database, Schema::Kind kind, TimestampStyle wanted)
{
    const AgentTables tables = AgentTables::read(database);
    if (tables.auditColumns.isEmpty() || countRows(database, QStringLiteral("action_audit_log")) == 0
        || tables.timestamps == wanted)
        return false;
    const bool bothAreNaive = tables.timestamps != TimestampStyle::Utc && wanted != TimestampStyle::Utc;
    return kind == Schema::Kind::Current || !bothAreNaive;
}

void requireCompatible(const DatabaseLocation &location, TimestampStyle wanted)
{
    Database::Options options;
    options.access = Database::Access::ReadOnly;
    Database database(location, options);
    const Schema::Kind kind = Schema::inspect(database);
    if (isContradicted(database, kind, wanted))
        throw StorageError(
            StorageProblem::Other,
            QStringLiteral("The audit log of %1 already holds times of the convention %2; it cannot become %3. "
                           "Nothing was changed.")
                .arg(location.name(), styleName(AgentTables::read(database).timestamps), styleName(wanted)));
}

void setTimestampStyle(Database &database, TimestampStyle style)
{
    database.run(QStringLiteral("UPDATE andon_meta SET value = ? WHERE key = 'timestamp_style'"), {styleName(style)});
}

void printResult(const Invocation &invocation, Session &session, qint64 sealed)
{
    Database &database = session.database();
    const AgentTables tables = AgentTables::read(database);
    const qint64 events = countRows(database, QStringLiteral("action_audit_log"));
    const qint64 proposals = countRows(database, QStringLiteral("action_proposals"));
    const SafetyStatus status = session.safety().status();
    if (invocation.wantsJson) {
        Console::writeJson({{QStringLiteral("database"), database.location().display()},
                            {QStringLiteral("was"), nameOf(session.formerKind())},
                            {QStringLiteral("timestamps"), styleName(tables.timestamps)},
                            {QStringLiteral("events"), events},
                            {QStringLiteral("proposals"), proposals},
                            {QStringLiteral("pending"), status.pending},
                            {QStringLiteral("sealed"), sealed},
                            {QStringLiteral("mode"), toString(status.state.mode)}});
        return;
    }
    Console::writeLine(Console::printable(database.location().name()) + QStringLiteral(": ")
                       + sentenceOf(session.formerKind()));
    Console::writeLine(
        QStringLiteral("  %1 events, all sealed, %2 proposals (%3 pending); times are written as %4; the mode is %5.")
            .arg(events)
            .arg(proposals)
            .arg(status.pending)
            .arg(styleName(tables.timestamps), toString(status.state.mode)));
}

ExitStatus adopt(const Invocation &invocation, const AdoptOptions &options)
{
    if (!invocation.database.empty())
        throw InvalidInputError(QStringLiteral("adopt names the database itself; leave --database out."));
    const DatabaseLocation location = DatabaseLocation::parse(QString::fromStdString(options.path));
    std::optional<TimestampStyle> style;
    if (options.timestamps) {
        style = styleFromName(QString::fromStdString(*options.timestamps));
        requireCompatible(location, *style);
    }
    Session session(location, Session::Purpose::Change, false);
    if (style)
        setTimestampStyle(session.database(), *style);
    Sealer sealer(session.database(), session.auditor().tables().auditColumns);
    sealer.sealAll();
    printResult(invocation, session, sealer.table().size());
    return ExitStatus::Done;
}

} // namespace

void addAdoptCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<AdoptOptions>();
    CLI::App *command = app.add_subcommand(
        "adopt", "Take over a database that an agent made: its data stays, its actions are gated");
    command->add_option("PATH", options->path, "The database")->required();
    command
        ->add_option("--timestamps", options->timestamps,
                     "How the agent writes times, where its rows do not tell: utc, naive-local or naive-utc")
        ->check(CLI::IsMember({"utc", "naive-local", "naive-utc"}).description(""))
        ->type_name("STYLE");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return adopt(invocation, *options); };
    });
}

} // namespace andon::ctl
