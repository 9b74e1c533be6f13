// SPDX-License-Identifier: Apache-2.0
#include "core/Identity.h"

#include <QSysInfo>

#ifdef Q_OS_WIN
#include <lmcons.h>
#include <qt_windows.h>
#else
#include <pwd.h>
#include <unistd.h>

#include <vector>
#endif

namespace andon {

namespace {

#ifdef Q_OS_WIN
QString accountName()
{
    wchar_t name[UNLEN + 1] = {};
    DWORD length = UNLEN + 1;
    return GetUserNameW(name, &length) ? QString::fromWCharArray(name) : QStringLiteral("unknown");
}
#else
QString accountName()
{
    passwd entry = {};
    passwd *found = nullptr;
    std::vector<char> buffer(16384);
    if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return QString::fromLocal8Bit(found->pw_name);
    return QStringLiteral("uid%1").arg(geteuid());
}
#endif

} // namespace

QString currentIdentity()
{
    return accountName() + u'@' + QSysInfo::machineHostName();
}

} // namespace andon
