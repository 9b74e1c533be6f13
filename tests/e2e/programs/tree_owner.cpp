// SPDX-License-Identifier: Apache-2.0
// Runs a command under guard, as `andonctl run` does, without a database behind it.
//
//   tree_owner REPORT DATABASE EPOCH GRACE_MS adopt|leave COMMAND...
//
// Appends to the file REPORT: `watching GUARD_PID`, `started PID`, `stopping`, `tail TEXT`, and at the end
// `ended WHY VIA EXIT SIGNAL PROCESSES KILLED LEFT_BEHIND SURVIVORS`; then `gone` once survivors have ended after all.
// Ends with the command's status, as a shell says it.

#include "core/Error.h"
#include "core/guard/GuardedTree.h"

#include <QCoreApplication>
#include <QFile>

#include <csignal>
#include <iostream>

using namespace andon;

namespace {

class Report
{
public:
    explicit Report(const QString &path)
        : m_file(path)
    {
        if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append))
            std::cerr << "tree_owner: no report" << std::endl;
    }

    void say(const QString &line)
    {
        m_file.write(line.toUtf8() + '\n');
        m_file.flush();
    }

private:
    QFile m_file;
};

QString toText(TreeOutcome::Why why)
{
    switch (why) {
    case TreeOutcome::Why::Exited:
        return QStringLiteral("exited");
    case TreeOutcome::Why::Stopped:
        return QStringLiteral("stopped");
    case TreeOutcome::Why::TimedOut:
        return QStringLiteral("timeout");
    case TreeOutcome::Why::Refused:
        return QStringLiteral("refused");
    case TreeOutcome::Why::CouldNotStart:
        return QStringLiteral("could-not-start");
    case TreeOutcome::Why::GuardLost:
        break;
    }
    return QStringLiteral("guard-lost");
}

int run(GuardedTree &tree, Report &report)
{
    tree.prepare();
    report.say(QStringLiteral("watching %1").arg(tree.guardPid()));
    tree.go();
    bool isStarted = false;
    bool isStopping = false;
    while (!tree.wait(std::chrono::seconds(1))) {
        if (tree.commandPid() != 0 && !std::exchange(isStarted, tree.commandPid() != 0))
            report.say(QStringLiteral("started %1").arg(tree.commandPid()));
        if (tree.isStopping() && !std::exchange(isStopping, true))
            report.say(QStringLiteral("stopping"));
    }
    const TreeOutcome &outcome = tree.outcome();
    report.say(QStringLiteral("tail ") + QString::fromUtf8(outcome.errorTail.right(200)));
    report.say(QStringLiteral("ended %1 %2 %3 %4 %5 %6 %7 %8")
                   .arg(toText(outcome.why), outcome.via.isEmpty() ? QStringLiteral("-") : outcome.via)
                   .arg(outcome.exitCode)
                   .arg(outcome.signal)
                   .arg(outcome.processes)
                   .arg(outcome.killed)
                   .arg(outcome.leftBehind)
                   .arg(outcome.survivors.size()));
    const int status = outcome.shellStatus();
    if (!outcome.survivors.isEmpty() && tree.waitForSurvivors(std::chrono::seconds(20)))
        report.say(QStringLiteral("gone"));
    return status;
}

} // namespace

int main(int argc, char *argv[])
{
    std::signal(SIGINT, [](int) {}); // Ctrl+C is for the command
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    constexpr int kFixed = 6;
    if (arguments.size() <= kFixed)
        return 2;
    Report report(arguments.at(1));
    TreeOptions options;
    options.databasePath = arguments.at(2);
    options.epoch = Epoch(arguments.at(3).toLongLong());
    options.grace = std::chrono::milliseconds(arguments.at(4).toInt());
    options.command = arguments.mid(kFixed);
    if (arguments.at(5) == QStringLiteral("adopt"))
        GuardedTree::adoptOrphans();
    try {
        GuardedTree tree(options);
        return run(tree, report);
    } catch (const Error &error) {
        report.say(QStringLiteral("error ") + error.message());
        return 1;
    }
}
