// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/CheckpointFile.h"

#include "core/audit/checkpoint/CheckpointErrors.h"
#include "core/audit/note/SignedNote.h"

#include <QFile>
#include <QFileInfo>

namespace andon {

std::pair<QString, QByteArray> readCheckpointFile(const QString &path)
{
    if (const QFileInfo info(path); info.exists() && !info.isFile()) // a pipe would be waited for
        throw FileError(QStringLiteral("%1 is not a regular file, so it cannot be a checkpoint.").arg(path));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw FileError(QStringLiteral("The checkpoint %1 cannot be read.").arg(path), file.errorString());
    const QByteArray note = file.read(SignedNote::kMostBytes + 1);
    if (note.size() > SignedNote::kMostBytes)
        throw FileError(QStringLiteral("%1 is too long to be a checkpoint.").arg(path));
    return {path, note};
}

} // namespace andon
