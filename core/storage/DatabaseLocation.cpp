// SPDX-License-Identifier: Apache-2.0
#include "core/storage/DatabaseLocation.h"

#include "core/Error.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace andon {

namespace {

QString resolved(const QString &path)
{
    QFileInfo info(QDir::cleanPath(QFileInfo(path).absoluteFilePath()));
    constexpr int kMaxLinks = 40; // as in Linux path resolution, path_resolution(7)
    for (int hops = 0; !info.exists() && info.isSymLink(); ++hops) {
        if (hops == kMaxLinks)
            throw InvalidInputError(QStringLiteral("The database path %1 is a loop of links.").arg(path));
        info = QFileInfo(info.symLinkTarget());
    }
    if (info.exists())
        return info.canonicalFilePath();
    const QString folder = QFileInfo(info.absolutePath()).canonicalFilePath();
    return folder.isEmpty() ? info.absoluteFilePath() : QDir(folder).filePath(info.fileName());
}

} // namespace

DatabaseLocation DatabaseLocation::parse(const QString &text)
{
    QString path = text;
    if (path.startsWith(u"postgresql:") || path.startsWith(u"postgres:"))
        throw InvalidInputError(QStringLiteral("This version of Andon opens SQLite databases only. "
                                               "Give a path, or sqlite:PATH."));
    if (path.startsWith(u"sqlite:"))
        path = path.mid(7);
    if (path.isEmpty() || path.contains(QChar(0)))
        throw InvalidInputError(QStringLiteral("No database was named. Give a path, or sqlite:PATH."));
    return {resolved(path)};
}

DatabaseLocation DatabaseLocation::standard()
{
    const QString named = qEnvironmentVariable("ANDON_DATABASE");
    if (!named.isEmpty())
        return parse(named);
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/andon"));
    if (!folder.mkpath(QStringLiteral(".")))
        throw InvalidInputError(QStringLiteral("The folder %1 for the database cannot be made. "
                                               "Name a database with --database.")
                                    .arg(folder.path()));
    return parse(folder.filePath(QStringLiteral("andon.db")));
}

} // namespace andon
