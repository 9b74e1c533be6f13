// SPDX-License-Identifier: Apache-2.0
#include "core/storage/FileIdentity.h"

#include <QFile>

#ifndef Q_OS_WIN
#include <sys/stat.h>
#endif

namespace andon {

std::optional<FileIdentity> FileIdentity::of(const QString &path)
{
#ifdef Q_OS_WIN
    if (!QFile::exists(path))
        return std::nullopt;
    return FileIdentity{};
#else
    struct stat info = {};
    if (::stat(QFile::encodeName(path).constData(), &info) != 0)
        return std::nullopt;
    return FileIdentity{static_cast<quint64>(info.st_dev), static_cast<quint64>(info.st_ino)};
#endif
}

} // namespace andon
