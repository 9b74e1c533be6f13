// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"
#include "core/storage/ServerRoles.h"

#include <QJsonArray>

#include <memory>

namespace andon::ctl {

namespace {

using Role = ServerRoles::Role;

struct InitRolesOptions
{
    std::vector<std::string> operators;
    std::vector<std::string> agents;
    std::vector<std::string> reviewers;
};

/// Makes members, and says whom in the words of the options.
QJsonArray grantAll(ServerRoles &roles, Role role, const std::vector<std::string> &logins)
{
    QJsonArray granted;
    for (const std::string &login : logins) {
        const QString name = QString::fromStdString(login);
        roles.grant(role, name);
        granted << name;
    }
    return granted;
}

ExitStatus initRoles(const Invocation &invocation, const InitRolesOptions &options)
{
    const DatabaseLocation location = invocation.location();
    if (location.engine == SqlEngine::Sqlite)
        throw InvalidInputError(QStringLiteral("An SQLite database has no roles: who may write the file may do all. "
                                               "Name a server with --database postgresql://…"));
    Database database(location, {});
    static_cast<void>(Schema::ensure(database));
    ServerRoles roles(database);
    roles.init();
    const QJsonObject members{
        {ServerRoles::nameOf(Role::Operator), grantAll(roles, Role::Operator, options.operators)},
        {ServerRoles::nameOf(Role::Agent), grantAll(roles, Role::Agent, options.agents)},
        {ServerRoles::nameOf(Role::Reviewer), grantAll(roles, Role::Reviewer, options.reviewers)}};
    const QString missing = roles.missingGrant();
    if (!missing.isEmpty())
        Console::say(
            QStringLiteral("A superuser of the server has yet to say `%1`. Until then a stop cannot end a session "
                           "that keeps it from its gate, and waits for it.")
                .arg(missing));
    if (invocation.wantsJson) {
        Console::writeJson({{QStringLiteral("database"), location.display()},
                            {QStringLiteral("roles"), members},
                            {QStringLiteral("missing_grant"), missing.isEmpty() ? QJsonValue() : QJsonValue(missing)}});
        return ExitStatus::Done;
    }
    Console::writeLine(
        Console::printable(location.display())
        + QStringLiteral(": the roles andon_operator, andon_agent and andon_reviewer have their rights."));
    for (auto role = members.begin(); role != members.end(); ++role) {
        const QVariantList names = role.value().toArray().toVariantList();
        for (const QVariant &name : names)
            Console::writeLine(Console::printable(name.toString()) + QStringLiteral(" is a member of ") + role.key());
    }
    return ExitStatus::Done;
}

} // namespace

void addInitRolesCommand(CLI::App &app, Invocation &invocation)
{
    auto options = std::make_shared<InitRolesOptions>();
    CLI::App *command = app.add_subcommand("init-roles",
                                           "Make the roles of a PostgreSQL database and give them their rights");
    command->add_option("--operator", options->operators, "A login that may stop, reset and choose the mode")
        ->type_name("LOGIN");
    command->add_option("--agent", options->agents, "A login that may propose and claim")->type_name("LOGIN");
    command->add_option("--reviewer", options->reviewers, "A login that may read")->type_name("LOGIN");
    command->callback([&invocation, options] {
        invocation.command = [&invocation, options] { return initRoles(invocation, *options); };
    });
}

} // namespace andon::ctl
