// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/GuardedOwner.h"

#include "core/ProcessIdentity.h"
#include "core/guard/GuardedProcess.h"
#include "core/storage/Database.h"
#include "tests/bench/support/Patience.h"

#include <QDir>
#include <QFile>
#include <QProcessEnvironment>

#include <iostream>
#include <string>

namespace andon::bench {

namespace {

const QString kOwner = QStringLiteral("--owner");
/// With the command itself and those that stand between, twenty and more.
const QStringList kTree{QStringLiteral("plain:6"), QStringLiteral("stubborn:4"), QStringLiteral("session:4"),
                        QStringLiteral("orphan:3"), QStringLiteral("group:2")};

/// Runs a guarded tree for each line that it reads, and prints how it ended.
void serve(const QString &path)
{
    Database::Options options;
    options.lockTimeout = std::chrono::seconds(10);
    Database database(DatabaseLocation::parse(path), options);
    ActionAuditor auditor(database, QStringLiteral("owner@bench"));
    SafetyController safety(database, auditor);
    GuardedTree::adoptOrphans();
    GuardedProcess guard(database, auditor, safety);
    std::string folder;
    while (std::getline(std::cin, folder)) {
        GuardedCommand command;
        command.action.actionName = QStringLiteral("bench");
        command.action.reason = QString::fromStdString(folder);
        command.grace = std::chrono::milliseconds(0);
        command.command = QStringList{QCoreApplication::applicationDirPath() + QStringLiteral("/../tests/process_tree"),
                                      QString::fromStdString(folder)}
            + kTree;
        try {
            const TreeOutcome tree = guard.run(command).tree;
            std::cout << tree.noticedUs << ' ' << tree.noticedUs + tree.signalledAfter.count() << ' '
                      << tree.noticedUs + tree.deadAfter.count() << ' ' << tree.processes << ' '
                      << tree.survivors.size() << ' ' << tree.via.toStdString() << ' ' << tree.detail.toStdString()
                      << std::endl;
        } catch (const Error &error) {
            std::cout << "0 " << error.what() << std::endl;
        }
    }
}

} // namespace

bool GuardedOwner::runAsOwner(const QStringList &arguments)
{
    if (arguments.value(1) != kOwner)
        return false;
    serve(arguments.value(2));
    return true;
}

GuardedOwner::GuardedOwner(const QString &database, const QString &dataFolder)
{
    if (!dataFolder.isEmpty()) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_DATA_HOME"), dataFolder);
        m_process.setProcessEnvironment(environment);
    }
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QCoreApplication::applicationFilePath(), {kOwner, database});
    m_process.waitForStarted();
}

GuardedOwner::~GuardedOwner()
{
    m_process.closeWriteChannel();
    m_process.waitForFinished();
}

void GuardedOwner::startTree(const QString &folder)
{
    if (!QDir().mkdir(folder))
        giveUp(QStringLiteral("no folder ") + folder);
    m_process.write(folder.toUtf8() + '\n');
    m_process.waitForBytesWritten();
    await([&] { return m_process.canReadLine() || QFile::exists(folder + QStringLiteral("/ready")); },
          QStringLiteral("the tree"));
    if (m_process.canReadLine())
        giveUp(QStringLiteral("the tree ended by itself: ") + QString::fromUtf8(m_process.readLine()));
}

GuardedOwner::End GuardedOwner::awaitEnd()
{
    await([this] { return m_process.canReadLine(); }, QStringLiteral("the guard's record"));
    const QString line = QString::fromUtf8(m_process.readLine()).trimmed();
    const QStringList words = line.split(u' ');
    if (words.size() < 6 || words.at(0) == u"0")
        giveUp(line);
    return {words.at(0).toLongLong(),
            words.at(1).toLongLong(),
            words.at(2).toLongLong(),
            words.at(3).toInt(),
            words.at(4).toInt(),
            words.at(5),
            words.value(6)};
}

int GuardedOwner::livingOf(const QString &folder)
{
    int living = 0;
    const QStringList names = QDir(folder).entryList({QStringLiteral("*.*")}, QDir::Files);
    for (const QString &name : names)
        living += ProcessIdentity::of(name.section(u'.', -1).toLongLong()).start.isEmpty() ? 0 : 1;
    return living;
}

Bystander::Bystander(const QString &notes)
    : m_notes(notes)
{
    m_process.start(QStringLiteral("sh"),
                    {QStringLiteral("-c"),
                     QStringLiteral("trap 'echo signalled >> \"$1\"' TERM INT HUP USR1 USR2 CONT QUIT; "
                                    "while :; do sleep 0.1; done"),
                     QStringLiteral("sh"), notes});
    m_process.waitForStarted();
}

Bystander::~Bystander()
{
    m_process.kill();
    m_process.waitForFinished();
}

bool Bystander::isUnharmed() const
{
    return m_process.state() == QProcess::Running && !QFile::exists(m_notes);
}

} // namespace andon::bench
