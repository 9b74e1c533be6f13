// SPDX-License-Identifier: Apache-2.0
// An agent that starts guarded commands as fast as the gate lets it, while somebody presses stop.
//
//   guard_racer DATABASE FOLDER NAME TRIES
//
// Each command's first act is to make FOLDER/NAME-<try> with its process id in it; then it does nothing for a minute.
// Prints a line a try: `<try> stopped`, `<try> blocked`, or what else became of it.

#include "core/gate/GateErrors.h"
#include "core/guard/GuardedProcess.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"

#include <QCoreApplication>
#include <QThread>

#include <iostream>

using namespace andon;

namespace {

GuardedCommand commandFor(const QString &folder, const QString &mark)
{
    GuardedCommand command;
    command.action.actionName = QStringLiteral("race");
    command.action.reason = mark;
    command.action.agentId = QStringLiteral("racer");
    command.grace = std::chrono::milliseconds(0);
    command.command = {QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("echo $$ > \"$1\"; exec sleep 60"),
                       QStringLiteral("sh"), folder + u'/' + mark};
    return command;
}

std::string attempt(GuardedProcess &guard, const GuardedCommand &command)
{
    try {
        const GuardedResult result = guard.run(command);
        return result.isStopped
            ? "stopped"
            : "ended with " + std::to_string(result.tree.shellStatus()) + ": " + result.tree.explanation.toStdString();
    } catch (const ObserveOnlyError &) {
        return "blocked";
    } catch (const Error &error) {
        return std::string("trouble: ") + error.what();
    }
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    Database::Options options;
    options.lockTimeout = std::chrono::seconds(20);
    Database database(DatabaseLocation::parse(arguments.at(1)), options);
    static_cast<void>(Schema::ensure(database));
    ActionAuditor auditor(database, QStringLiteral("racer@bench"));
    SafetyController safety(database, auditor);
    GuardedTree::adoptOrphans();
    GuardedProcess guard(database, auditor, safety);
    const int tries = arguments.at(4).toInt();
    for (int i = 0; i < tries; ++i) {
        while (!safety.canExecute())
            QThread::usleep(200);
        const QString mark = QStringLiteral("%1-%2").arg(arguments.at(3)).arg(i);
        std::cout << i << ' ' << attempt(guard, commandFor(arguments.at(2), mark)) << std::endl;
    }
    return 0;
}
