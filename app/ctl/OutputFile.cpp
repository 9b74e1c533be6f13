// SPDX-License-Identifier: Apache-2.0
#include "app/ctl/OutputFile.h"

#include "app/ctl/Console.h"
#include "core/Error.h"

#include <QFileInfo>
#include <QSaveFile>

namespace andon::ctl::OutputFile {

void check(const QString &name, const DatabaseLocation &database)
{
    if (name == u"-")
        return;
    const QFileInfo target(name);
    if (name.isEmpty())
        throw InvalidInputError(QStringLiteral("--output needs the name of a file, or - for standard output."));
    if (target.exists() && !target.isFile())
        throw InvalidInputError(QStringLiteral("%1 is not a regular file. Choose another name.").arg(name));
    const QString path = target.exists() ? target.canonicalFilePath() : target.absoluteFilePath();
    for (const char *ending : {"", "-wal", "-shm", "-journal", ".permit", ".stop"}) {
        if (path == database.path + QLatin1String(ending))
            throw InvalidInputError(
                QStringLiteral("%1 belongs to the database itself. Choose another name.").arg(name));
    }
}

void write(const QString &name, const QByteArray &content)
{
    if (name == u"-") {
        Console::write(content);
        return;
    }
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
        throw Error(
            QStringLiteral("%1 could not be written. Check that its disk has room and that you may write there, or "
                           "choose another name.")
                .arg(name),
            file.errorString());
}

} // namespace andon::ctl::OutputFile
