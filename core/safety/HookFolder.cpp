// SPDX-License-Identifier: Apache-2.0
#include "core/safety/HookFolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace andon {

namespace {

#ifdef Q_OS_UNIX

/// Whether others may write beside what is in a folder with the sticky bit, but not over it.
enum class Sticky { Helps, DoesNotHelp };

/// Who else than this user and root may change what stands at this very path; empty: nobody.
QString strangerAt(const QString &path, Sticky sticky)
{
    struct stat status = {};
    if (::stat(QFile::encodeName(path).constData(), &status) != 0)
        return QStringLiteral("%1 cannot be looked at.").arg(path);
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        return QStringLiteral("%1 belongs to somebody else. Make it your own (chown).").arg(path);
    if (sticky == Sticky::Helps && S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0)
        return {};
    if ((status.st_mode & S_IWOTH) != 0)
        return QStringLiteral("%1 may be written by everybody. Take that right away (chmod o-w).").arg(path);
    if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != ::getgid())
        return QStringLiteral("%1 may be written by another group. Take that right away (chmod g-w).").arg(path);
    return {};
}

/// The same of the folders that lead to this path.
QString strangerAbove(const QString &canonicalPath)
{
    for (QFileInfo folder(canonicalPath); !folder.isRoot();) {
        folder = QFileInfo(folder.path());
        QString stranger = strangerAt(folder.filePath(), Sticky::Helps);
        if (!stranger.isEmpty())
            return stranger;
    }
    return {};
}

#else

enum class Sticky { Helps, DoesNotHelp };

QString strangerAt(const QString &, Sticky)
{
    return {};
}

QString strangerAbove(const QString &)
{
    return {};
}

#endif

QString complaintAboutFolder(const QString &path)
{
    const QFileInfo folder(path);
    if (!folder.isAbsolute())
        return QStringLiteral("The folder of the hooks, %1, must be named from the root on.").arg(path);
    if (!folder.isDir() || !folder.isReadable())
        return QStringLiteral("The folder of the hooks, %1, is not there or cannot be read.").arg(path);
    // What somebody adds would be run.
    const QString stranger = strangerAt(folder.canonicalFilePath(), Sticky::DoesNotHelp);
    return stranger.isEmpty() ? strangerAbove(folder.canonicalFilePath()) : stranger;
}

QString complaintAboutFile(const QFileInfo &file)
{
    const QString canonicalPath = file.canonicalFilePath();
    if (canonicalPath.isEmpty())
        return QStringLiteral("It is a link that leads nowhere.");
    const QString stranger = strangerAt(canonicalPath, Sticky::DoesNotHelp);
    return stranger.isEmpty() && file.isSymLink() ? strangerAbove(canonicalPath) : stranger;
}

} // namespace

HookFolder::HookFolder(const QString &path)
{
    if (path.isEmpty())
        return;
    const QString complaint = complaintAboutFolder(path);
    if (!complaint.isEmpty()) {
        refuse(path, HookOutcome::Result::Refused, complaint);
        return;
    }
    const QFileInfoList entries = QDir(path).entryInfoList(QDir::Files | QDir::System | QDir::NoDotAndDotDot,
                                                           QDir::Name);
    int looked = 0;
    int left = 0;
    for (const QFileInfo &entry : entries) {
        const bool isDanglingLink = entry.isSymLink() && !entry.exists();
        if (!entry.isFile() && !isDanglingLink) // a pipe, a socket, a link to a folder
            continue;
        if (looked == kMostHooks) {
            ++left;
            continue;
        }
        ++looked;
        look(entry);
    }
    if (left > 0)
        refuse(path, HookOutcome::Result::Refused,
               QStringLiteral("%1 more hooks were not run: %2 are the most.").arg(left).arg(kMostHooks));
}

void HookFolder::look(const QFileInfo &file)
{
    const QString name = file.fileName();
    const QString complaint = complaintAboutFile(file);
    if (!complaint.isEmpty()) {
        refuse(name, HookOutcome::Result::Refused, complaint);
        return;
    }
    if (!file.isExecutable()) {
        refuse(name, HookOutcome::Result::NotExecutable,
               QStringLiteral("It is not executable. Make it so (chmod +x), or take it out of the folder."));
        return;
    }
    m_hooks << Hook{name, file.absoluteFilePath()};
}

void HookFolder::refuse(const QString &name, HookOutcome::Result result, const QString &problem)
{
    HookOutcome outcome;
    outcome.name = name;
    outcome.result = result;
    outcome.problem = problem;
    m_refusals << outcome;
}

} // namespace andon
