// SPDX-License-Identifier: Apache-2.0
#include "tests/support/Privileges.h"

#include <QDir>
#include <QFile>

#include <sys/stat.h>
#include <unistd.h>

#ifdef Q_OS_LINUX
#include <sys/fsuid.h>
#endif

namespace andon::test {

Unprivileged::Unprivileged()
{
    if (::geteuid() != 0) {
        m_isEffective = true;
        return;
    }
#ifdef Q_OS_LINUX
    // setfsuid(2) holds for the calling thread alone, and gives up root's rights to override.
    constexpr uid_t kNobody = 65534;
    m_before = ::setfsuid(kNobody);
    m_isEffective = ::setfsuid(kNobody) == static_cast<int>(kNobody);
#endif
}

Unprivileged::~Unprivileged()
{
#ifdef Q_OS_LINUX
    if (::geteuid() == 0)
        ::setfsuid(static_cast<uid_t>(m_before));
#endif
}

void openToEverybody(const QString &folder)
{
    const QFileInfoList files = QDir(folder).entryInfoList(QDir::Files | QDir::Hidden);
    for (const QFileInfo &file : files)
        ::chmod(QFile::encodeName(file.absoluteFilePath()).constData(), 0666);
    ::chmod(QFile::encodeName(folder).constData(), 0555);
}

} // namespace andon::test
