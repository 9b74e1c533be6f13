// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ServerFolder.h"

#include "tests/support/ServerProcess.h"

#include <QDir>
#include <QFile>
#include <QStorageInfo>

#include <unistd.h>

#include <csignal>

namespace andon::test {

namespace {

const QString kOwner = QStringLiteral("/owner");
const QString kPrefix = QStringLiteral("andon-pg-");

QString parentFolder()
{
    const QString memory = QStringLiteral("/dev/shm");
    constexpr qint64 kEnough = 1024 * 1024 * 1024;
    const bool isRoomy = QFileInfo(memory).isWritable() && QStorageInfo(memory).bytesAvailable() >= kEnough;
    return isRoomy ? memory : QStringLiteral("/tmp"); // short: a socket's path is a hundred characters at most
}

qint64 firstNumberIn(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readLine().trimmed().toLongLong() : 0;
}

/// A server that its test had suspended has been told to end, and hears it when it goes on. By its number only where
/// that is still the server of this folder.
void wake(qint64 server, const QString &folder)
{
    QFile arguments(QStringLiteral("/proc/%1/cmdline").arg(server));
    if (server > 0 && arguments.open(QIODevice::ReadOnly) && arguments.readAll().contains(QFile::encodeName(folder)))
        ::kill(static_cast<pid_t>(server), SIGCONT);
}

void removeWhatWasLeft(const QString &parent)
{
    const QFileInfoList folders = QDir(parent).entryInfoList({kPrefix + u'*'},
                                                             QDir::Dirs | QDir::NoSymLinks | QDir::NoDotAndDotDot);
    for (const QFileInfo &folder : folders) {
        const QString path = folder.absoluteFilePath();
        const qint64 owner = firstNumberIn(path + kOwner);
        if (owner <= 0 || isProcessThere(owner))
            continue;
        const qint64 server = firstNumberIn(path + QStringLiteral("/data/postmaster.pid"));
        if (isProcessThere(server))
            wake(server, path);
        else
            QDir(path).removeRecursively();
    }
}

} // namespace

ServerFolder::ServerFolder(const QString &parent)
    : m_folder((parent.isEmpty() ? parentFolder() : parent) + u'/' + kPrefix + QStringLiteral("XXXXXX"))
{
    removeWhatWasLeft(QFileInfo(m_folder.path()).path());
    QFile owner(m_folder.path() + kOwner);
    if (owner.open(QIODevice::WriteOnly))
        owner.write(QByteArray::number(::getpid()) + '\n');
}

} // namespace andon::test
