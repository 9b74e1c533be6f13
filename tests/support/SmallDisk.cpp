// SPDX-License-Identifier: Apache-2.0
#include "tests/support/SmallDisk.h"

#include <QDir>
#include <QFile>

#ifdef Q_OS_LINUX
#include <sys/mount.h>
#endif

namespace andon::test {

std::unique_ptr<SmallDisk> SmallDisk::make(const QString &folder, qint64 bytes)
{
#ifdef Q_OS_LINUX
    const QByteArray options = "size=" + QByteArray::number(bytes);
    if (QDir().mkpath(folder)
        && ::mount("tmpfs", QFile::encodeName(folder).constData(), "tmpfs", 0, options.constData()) == 0)
        return std::unique_ptr<SmallDisk>(new SmallDisk(folder));
#else
    Q_UNUSED(folder)
    Q_UNUSED(bytes)
#endif
    return nullptr;
}

SmallDisk::SmallDisk(QString path)
    : m_path(std::move(path))
{
}

SmallDisk::~SmallDisk()
{
#ifdef Q_OS_LINUX
    ::umount2(QFile::encodeName(m_path).constData(), MNT_DETACH);
#endif
}

void SmallDisk::fill() const
{
    QFile ballast(m_path + QStringLiteral("/ballast"));
    if (!ballast.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
        return;
    const QByteArray block(4096, 'x');
    while (ballast.write(block) > 0) {}
}

void SmallDisk::empty() const
{
    QFile::remove(m_path + QStringLiteral("/ballast"));
}

} // namespace andon::test
