// SPDX-License-Identifier: Apache-2.0
#include "core/gate/Permit.h"

#include "core/gate/DurableFile.h"
#include "core/gate/GateErrors.h"

#include <QFile>
#include <QFileInfo>

namespace andon {

namespace {

constexpr qint64 kMaxBytes = 64;

QByteArray contentFor(Epoch epoch)
{
    return "andon-permit 1 epoch " + QByteArray::number(epoch.value) + '\n';
}

} // namespace

Permit::Permit(const QString &databasePath)
    : m_path(databasePath + QStringLiteral(".permit"))
{
}

Permit::Permit(const DatabaseLocation &location)
    : m_path(location.engine == SqlEngine::Sqlite ? location.path + QStringLiteral(".permit") : QString())
{
}

void Permit::revoke() const
{
    if (m_path.isEmpty())
        return;
    QString error = DurableFile::remove(m_path);
    if (error.isEmpty())
        return;
    // No right to remove it from the folder: an emptied permit is void as well.
    QByteArray content;
    if (!DurableFile::readSmall(m_path, kMaxBytes, &content))
        return; // what cannot be read as a permit permits nothing
    QFile file(m_path);
    if (file.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::ExistingOnly)) {
        file.close();
        if (!DurableFile::readSmall(m_path, kMaxBytes, &content) || content.isEmpty())
            return;
    }
    throw PermitError(QStringLiteral("The permit %1 cannot be removed. Remove that file by hand now, or stop from an "
                                     "account that may.")
                          .arg(m_path),
                      error);
}

void Permit::sync() const
{
    if (m_path.isEmpty())
        return;
    const QString error = DurableFile::sync(QFileInfo(m_path).absolutePath());
    if (!error.isEmpty())
        throw PermitError(QStringLiteral("The permit is removed, but the disk did not confirm it."), error);
}

void Permit::grant(Epoch epoch) const
{
    if (m_path.isEmpty())
        return;
    const QString error = DurableFile::replace(m_path, contentFor(epoch));
    if (error.isEmpty())
        return;
    revoke();
    throw PermitError(QStringLiteral("Execution could not be enabled: the permit %1 cannot be written. Check the free "
                                     "space and your rights on that folder.")
                          .arg(m_path),
                      error);
}

bool Permit::isGranted(Epoch epoch) const noexcept
{
    if (m_path.isEmpty())
        return true;
    QByteArray content;
    return DurableFile::readSmall(m_path, kMaxBytes, &content) && content == contentFor(epoch);
}

QString Permit::obstacle() const
{
    if (m_path.isEmpty())
        return {};
    const QFileInfo folder(QFileInfo(m_path).absolutePath());
    if (!folder.isDir())
        return QStringLiteral("The folder %1 is not there.").arg(folder.filePath());
    if (folder.isWritable())
        return {};
    const QFileInfo permit(m_path);
    if (permit.exists() && permit.isWritable())
        return {}; // it can be emptied, which voids it
    return QStringLiteral("This account may not remove the permit from %1.").arg(folder.filePath());
}

} // namespace andon
