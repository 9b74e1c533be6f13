// SPDX-License-Identifier: Apache-2.0
#include "core/ProcessIdentity.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QSysInfo>

#ifdef Q_OS_WIN
#include <qt_windows.h>
#else
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#endif

namespace andon {

namespace {

#ifdef Q_OS_LINUX
/// Boot and start time; empty where there is no such process, or only the remains of one that nobody has reaped.
QString startOf(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray stat = file.readAll();
    // The name, in brackets, may hold anything: what follows the last bracket counts (proc(5)).
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    constexpr qsizetype kState = 0;
    constexpr qsizetype kStartTime = 19;
    if (fields.size() <= kStartTime || fields.at(kState) == "Z" || fields.at(kState) == "X")
        return {};
    return QString::fromLatin1(QSysInfo::bootUniqueId()) + u'/' + QString::fromLatin1(fields.at(kStartTime));
}
#elif defined(Q_OS_WIN)
QString startOf(qint64 pid)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(pid));
    if (process == nullptr)
        return {};
    FILETIME created{}, ended{}, kernel{}, user{};
    DWORD code = 0;
    const bool isRunning = GetProcessTimes(process, &created, &ended, &kernel, &user)
        && GetExitCodeProcess(process, &code) && code == STILL_ACTIVE;
    CloseHandle(process);
    return isRunning ? QStringLiteral("%1/%2").arg(created.dwHighDateTime).arg(created.dwLowDateTime) : QString();
}
#else
QString startOf(qint64 pid)
{
    const bool isThere = ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
    return isThere ? QStringLiteral("-") : QString();
}
#endif

/// In which processes are numbered (pid_namespaces(7)): `pid:[4026531836]`; empty where there is no such thing.
QByteArray numbering()
{
#ifdef Q_OS_LINUX
    std::array<char, 64> name = {};
    const ssize_t length = ::readlink("/proc/self/ns/pid", name.data(), name.size());
    return {name.data(), qMax<qsizetype>(0, length)};
#else
    return {};
#endif
}

/// A machine without an id of its own (machine-id(5)) is another one after each start.
QString placeOfThisProcess()
{
    static const QString place = [] {
        const QByteArray machine = QSysInfo::machineUniqueId();
        const QByteArray name = (machine.isEmpty() ? QSysInfo::bootUniqueId() : machine) + ' ' + numbering();
        constexpr qsizetype kLength = 16;
        return QString::fromLatin1(QCryptographicHash::hash(name, QCryptographicHash::Sha256).toHex().left(kLength));
    }();
    return place;
}

} // namespace

ProcessIdentity ProcessIdentity::current()
{
    return of(QCoreApplication::applicationPid());
}

ProcessIdentity ProcessIdentity::of(qint64 pid)
{
    return {QSysInfo::machineHostName(), pid, startOf(pid), {}};
}

ProcessIdentity ProcessIdentity::placed() const
{
    return {host, pid, start, placeOfThisProcess()};
}

ProcessIdentity::Presence ProcessIdentity::presence() const
{
    if (host != QSysInfo::machineHostName() || (!place.isEmpty() && place != placeOfThisProcess()))
        return Presence::Elsewhere;
    const QString now = pid > 0 ? startOf(pid) : QString();
    return !now.isEmpty() && now == start ? Presence::Alive : Presence::Gone;
}

QString ProcessIdentity::toString() const
{
    const QString text = QStringLiteral("%1 %2 %3").arg(host, QString::number(pid), start);
    return place.isEmpty() ? text : text + u' ' + place;
}

ProcessIdentity ProcessIdentity::fromString(const QString &text)
{
    const QStringList parts = text.split(u' ');
    if (parts.size() != 3 && parts.size() != 4)
        return {};
    return {parts.at(0), parts.at(1).toLongLong(), parts.at(2), parts.value(3)};
}

} // namespace andon
