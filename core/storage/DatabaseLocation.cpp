// SPDX-License-Identifier: Apache-2.0
#include "core/storage/DatabaseLocation.h"

#include "core/Error.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUrl>
#include <QUrlQuery>

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

bool isServer(const QString &text)
{
    return text.startsWith(u"postgresql:") || text.startsWith(u"postgres:");
}

/// Whoever lists the processes of this machine would read it.
void requireNoPassword(const QString &uri)
{
    constexpr qsizetype kNone = -1;
    const qsizetype begin = uri.indexOf(u"://");
    if (begin == kNone)
        throw InvalidInputError(QStringLiteral("A server is named as postgresql://USER@HOST/DATABASE."));
    const QStringView rest = QStringView(uri).mid(begin + 3);
    const qsizetype query = rest.indexOf(u'?');
    // As libpq reads it: a question mark ends the authority only where no `@` follows it.
    const QStringView authority = rest.left(rest.indexOf(u'/') == kNone ? rest.size() : rest.indexOf(u'/'));
    const qsizetype at = authority.lastIndexOf(u'@');
    const QUrlQuery parameters(query == kNone ? QString() : rest.mid(query + 1).toString());
    if ((at != kNone && authority.left(at).contains(u':')) || parameters.hasQueryItem(QStringLiteral("password"))
        || parameters.hasQueryItem(QStringLiteral("sslpassword")))
        throw InvalidInputError(
            QStringLiteral("The name of the database holds a password, which others can read there. Put it into the "
                           "password file (~/.pgpass) or a service file (PGSERVICEFILE) and leave it out here."));
}

/// A folder for what the user's programs keep for the server.
QString folderOf(const QString &uri)
{
    const QByteArray key = QCryptographicHash::hash(uri.toUtf8(), QCryptographicHash::Sha256).toHex().left(24);
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
                      + QStringLiteral("/andon/servers/") + QString::fromLatin1(key));
    folder.mkpath(QStringLiteral("."));
    return folder.path();
}

} // namespace

DatabaseLocation DatabaseLocation::parse(const QString &text)
{
    if (isServer(text)) {
        requireNoPassword(text);
        return {SqlEngine::PostgreSql, QString(), text};
    }
    QString path = text;
    if (path.startsWith(u"sqlite:"))
        path = path.mid(7);
    if (path.isEmpty() || path.contains(QChar(0)))
        throw InvalidInputError(QStringLiteral("No database was named. Give a path, sqlite:PATH or postgresql://…"));
    return {SqlEngine::Sqlite, resolved(path), QString()};
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

QString DatabaseLocation::display() const
{
    return engine == SqlEngine::Sqlite ? QStringLiteral("sqlite:") + path : uri;
}

QString DatabaseLocation::title() const
{
    if (engine == SqlEngine::Sqlite)
        return QFileInfo(path).fileName();
    // Not QUrl: it knows of one host alone.
    const QString place = uri.section(QStringLiteral("://"), 1).section(u'?', 0, 0);
    const QString hosts = place.section(u'/', 0, 0).section(u'@', -1);
    const QString database = QUrl::fromPercentEncoding(place.section(u'/', 1).toUtf8());
    if (database.isEmpty() || hosts.isEmpty())
        return database.isEmpty() && hosts.isEmpty() ? uri : database + hosts;
    return QStringLiteral("%1 on %2").arg(database, hosts);
}

QString DatabaseLocation::gatePath() const
{
    return engine == SqlEngine::Sqlite ? path : folderOf(uri) + QStringLiteral("/gate");
}

} // namespace andon
