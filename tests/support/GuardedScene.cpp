// SPDX-License-Identifier: Apache-2.0
#include "tests/support/GuardedScene.h"

#include "core/gate/Permit.h"
#include "tests/e2e/support/Program.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace andon::test {

namespace {

/// Of the program that makes trees, and not ended: one whose first thread has ended alone counts.
bool isOfATree(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray stat = file.readAll();
    const QByteArray afterName = stat.mid(stat.lastIndexOf(')') + 2);
    constexpr int kThreads = 17; // field 20, counted from the state, which is field 3
    const bool hasEnded = afterName.startsWith('Z') && afterName.split(' ').value(kThreads).toInt() <= 1;
    return stat.contains("(process_tree)") && !hasEnded;
}

} // namespace

GuardedScene::GuardedScene(const QString &fileName)
    : m_database(fileName)
    , m_folder(m_database.file(QStringLiteral("processes")))
{
    if (!QDir().mkpath(m_folder) || !QDir().mkpath(QFileInfo(gatePath()).path()))
        throw std::runtime_error("no folder for the processes");
    grantPermit();
}

GuardedScene::~GuardedScene()
{
    for (int i = 0; i < 100; ++i) {
        const QList<qint64> rest = living();
        if (rest.isEmpty())
            return;
        for (const qint64 pid : rest)
            ::kill(static_cast<pid_t>(pid), SIGKILL);
        QThread::msleep(2);
    }
}

void GuardedScene::grantPermit() const
{
    Permit(gatePath()).grant(Epoch(kEpoch));
}

void GuardedScene::revokePermit() const
{
    QFile::remove(m_database.permitPath());
}

void GuardedScene::makeHold(const QString &name) const
{
    QDir().mkdir(holdPath());
    write(holdPath() + u'/' + name, "{}");
}

TreeOptions GuardedScene::options(const QStringList &command) const
{
    TreeOptions options;
    options.command = command;
    options.databasePath = gatePath();
    options.epoch = Epoch(kEpoch);
    return options;
}

QStringList GuardedScene::tree(const QStringList &kinds) const
{
    return QStringList{testProgram(QStringLiteral("process_tree")), m_folder} + kinds;
}

bool GuardedScene::awaitTree() const
{
    return awaitThat([this] { return QFile::exists(m_folder + QStringLiteral("/ready")); });
}

int GuardedScene::countOf(const QString &kind) const
{
    return static_cast<int>(QDir(m_folder).entryList({kind + QStringLiteral(".*")}, QDir::Files).size());
}

QList<qint64> GuardedScene::living() const
{
    QSet<qint64> pids;
    const QStringList files = QDir(m_folder).entryList({QStringLiteral("*.*")}, QDir::Files);
    for (const QString &file : files)
        pids << file.section(u'.', 1).toLongLong();
    // Children of children have made no file.
    const QByteArray mark = '\0' + QFile::encodeName(m_folder) + '\0';
    const QStringList names = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
    for (const QString &name : names) {
        QFile file(QStringLiteral("/proc/%1/cmdline").arg(name));
        if (name.at(0).isDigit() && file.open(QIODevice::ReadOnly) && file.readAll().contains(mark))
            pids << name.toLongLong();
    }
    QList<qint64> found;
    for (const qint64 pid : std::as_const(pids)) {
        if (isOfATree(pid))
            found << pid;
    }
    return found;
}

bool startTree(GuardedTree &tree, const GuardedScene &scene)
{
    tree.prepare();
    tree.go();
    while (tree.commandPid() == 0) {
        if (tree.wait(std::chrono::seconds(10)))
            return false;
    }
    return scene.awaitTree();
}

bool awaitEnd(GuardedTree &tree)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!tree.wait(std::chrono::seconds(1))) {
        if (std::chrono::steady_clock::now() > end)
            return false;
    }
    return true;
}

} // namespace andon::test
