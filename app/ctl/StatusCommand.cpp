// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/Commands.h"
#include "app/ctl/Console.h"
#include "app/ctl/Failure.h"
#include "app/ctl/Session.h"
#include "core/gate/StopRequests.h"
#include "core/storage/SqliteDialect.h"

namespace andon::ctl {

namespace {

QString headline(SafetyStatus::Display display)
{
    switch (display) {
    case SafetyStatus::Display::StopNotDelivered:
        return QStringLiteral("STOP REQUESTED, NOT DELIVERED: the server does not know of it yet");
    case SafetyStatus::Display::StoppedNotRecorded:
        return QStringLiteral("STOPPED, NOT YET RECORDED");
    case SafetyStatus::Display::Stopped:
        return QStringLiteral("STOPPED");
    case SafetyStatus::Display::Observe:
        return QStringLiteral("OBSERVE ONLY");
    case SafetyStatus::Display::Execute:
        return QStringLiteral("EXECUTING ALLOWED");
    case SafetyStatus::Display::Unknown:
        break;
    }
    return QStringLiteral("STATE UNKNOWN");
}

void field(const QString &name, const QString &value)
{
    constexpr int kWidth = 11;
    Console::writeLine(QStringLiteral("  ") + name.leftJustified(kWidth) + Console::printable(value));
}

QString stopText(const SafetyState &state)
{
    if (!state.stopId.isValid())
        return QStringLiteral("none so far");
    return state.tripped ? QStringLiteral("%1, latched until it is reset").arg(state.stopId.toString())
                         : QStringLiteral("none (the last was %1)").arg(state.stopId.toString());
}

void printState(const SafetyStatus &status)
{
    const SafetyState &state = status.state;
    field(QStringLiteral("Mode"), toString(state.mode));
    field(QStringLiteral("Stop"), stopText(state));
    field(QStringLiteral("Permit"),
          status.isPermitted && !status.isStopRequested
              ? QStringLiteral("granted for epoch %1").arg(state.epoch.toString())
              : QStringLiteral("none (epoch %1)").arg(state.epoch.toString()));
    if (status.lease.count() > 0)
        field(QStringLiteral("Lease"),
              QStringLiteral("%1 ms, renewed every %2 ms").arg(status.lease.count()).arg(status.leaseRenewal.count()));
    field(QStringLiteral("Pending"), QString::number(status.pending));
    field(QStringLiteral("Executing"), QString::number(status.executing));
    field(QStringLiteral("Reason"), state.reason.isEmpty() ? QStringLiteral("none given") : state.reason);
    field(QStringLiteral("Changed"),
          QStringLiteral("%1 by %2")
              .arg(state.changedAt.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss t")), state.changedBy));
}

void printHolds(const QList<Hold> &holds)
{
    for (const Hold &hold : holds)
        field(QStringLiteral("Held"),
              QStringLiteral("%1, stop %2 by %3 at %4: %5")
                  .arg(hold.scope.describe(), hold.stopId.toString(), hold.by,
                       hold.at.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss t")),
                       hold.reason.isEmpty() ? QStringLiteral("no reason given") : hold.reason));
}

void printBlock(const SafetyStatus &status)
{
    Console::writeLine(headline(status.display()));
    if (status.isKnown)
        printState(status);
    printHolds(status.holds);
    if (!status.isKnown)
        field(QStringLiteral("Problem"), status.problem);
    field(QStringLiteral("Database"), status.database);
    field(QStringLiteral("Engine"), status.engine);
    if (status.engine.startsWith(u"SQLite") && !SqliteDialect::isWalSafe())
        field(QString(),
              QStringLiteral("This is the system's SQLite, which has the WAL-reset bug (fixed in 3.51.3). A new "
                             "database therefore keeps a rollback journal."));
}

SafetyStatus unknown(const DatabaseLocation &location, const Error &error)
{
    SafetyStatus status;
    status.problem = Failure::sentenceOf(error);
    status.isStopRequested = StopRequests(location.gatePath()).any();
    status.isStopDelivered = location.engine == SqlEngine::Sqlite;
    status.database = location.display();
    status.engine = location.engine == SqlEngine::Sqlite ? QStringLiteral("SQLite ") + SqliteDialect::engineVersion()
                                                         : QStringLiteral("PostgreSQL");
    return status;
}

SafetyStatus look(const DatabaseLocation &location)
{
    try {
        Session session(location, Session::Purpose::Look);
        if (!session.note().isEmpty())
            Console::say(session.note());
        return session.safety().status();
    } catch (const Error &error) {
        return unknown(location, error);
    }
}

ExitStatus showStatus(const Invocation &invocation)
{
    const SafetyStatus status = look(invocation.location());
    if (invocation.wantsJson)
        Console::writeJson(status.toJson());
    else
        printBlock(status);
    if (status.isKnown)
        return ExitStatus::Done;
    Console::say(QStringLiteral("The state is unknown, so nothing may run: ") + status.problem);
    return ExitStatus::StateUnknown;
}

} // namespace

void addStatusCommand(CLI::App &app, Invocation &invocation)
{
    CLI::App *command = app.add_subcommand("status", "Show mode, stop, permit and what is pending");
    command->callback([&invocation] { invocation.command = [&invocation] { return showStatus(invocation); }; });
}

} // namespace andon::ctl
