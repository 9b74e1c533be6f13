// SPDX-License-Identifier: Apache-2.0
// Runs a command under a guard that lives by a lease, and renews it from a thread of its own.
//
//   lease_owner REPORT DATABASE LEASE_MS RENEW_MS COMMAND...
//
// Appends to the file REPORT: `started PID`, and at the end `ended VIA SURVIVORS`.

#include "core/Error.h"
#include "core/guard/GuardedTree.h"

#include <QCoreApplication>
#include <QFile>

#include <atomic>
#include <iostream>
#include <thread>

using namespace andon;

namespace {

void say(const QString &path, const QString &line)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Append) || file.write(line.toUtf8() + '\n') < 0)
        std::cerr << "lease_owner: no report" << std::endl;
}

void run(GuardedTree &tree, std::chrono::milliseconds renewal, const QString &report)
{
    tree.prepare();
    tree.renew(BootClock::now());
    std::atomic_bool isEnding = false;
    std::thread renewer([&] {
        while (!isEnding) {
            tree.renew(BootClock::now());
            std::this_thread::sleep_for(renewal);
        }
    });
    tree.go();
    bool isStarted = false;
    while (!tree.wait(std::chrono::seconds(1))) {
        if (tree.commandPid() != 0 && !std::exchange(isStarted, true))
            say(report, QStringLiteral("started %1").arg(tree.commandPid()));
    }
    isEnding = true;
    renewer.join();
    say(report, QStringLiteral("ended %1 %2").arg(tree.outcome().via).arg(tree.outcome().survivors.size()));
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    constexpr int kFixed = 5;
    if (arguments.size() <= kFixed)
        return 2;
    TreeOptions options;
    options.databasePath = arguments.at(2);
    options.epoch = Epoch(1);
    options.hasPermit = false;
    options.lease = std::chrono::milliseconds(arguments.at(3).toInt());
    options.grace = std::chrono::milliseconds(0);
    options.command = arguments.mid(kFixed);
    try {
        GuardedTree tree(options);
        run(tree, std::chrono::milliseconds(arguments.at(4).toInt()), arguments.at(1));
        return 0;
    } catch (const Error &error) {
        say(arguments.at(1), QStringLiteral("error ") + error.message());
        return 1;
    }
}
