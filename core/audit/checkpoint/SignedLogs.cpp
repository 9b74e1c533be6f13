// SPDX-License-Identifier: Apache-2.0
#include "core/audit/checkpoint/SignedLogs.h"

#include "core/audit/checkpoint/KeyStore.h"
#include "core/audit/checkpoint/PrivateFile.h"

#include <QCryptographicHash>
#include <QDir>

namespace andon {

namespace {

constexpr qint64 kMostBytes = 65'536;
constexpr int kDigitsOfName = 16;

} // namespace

SignedLogs::SignedLogs(const QString &folder)
    : m_folder(
        QDir(folder.isEmpty() ? KeyStore::standardFolder() : folder).absoluteFilePath(QStringLiteral("databases")))
{
}

QString SignedLogs::fileFor(const QString &databasePath) const
{
    const QByteArray hash = QCryptographicHash::hash(databasePath.toUtf8(), QCryptographicHash::Sha256).toHex();
    return m_folder + u'/' + QString::fromLatin1(hash.left(kDigitsOfName));
}

QString SignedLogs::at(const QString &databasePath) const
{
    const QByteArray content = PrivateFile::read(fileFor(databasePath), kMostBytes, PrivateFile::Guarded::Writing)
                                   .value_or(QByteArray());
    return QString::fromUtf8(content.left(content.indexOf('\n')));
}

void SignedLogs::remember(const QString &databasePath, const QString &origin) const
{
    if (at(databasePath) == origin)
        return;
    PrivateFile::makeFolder(m_folder);
    PrivateFile::replace(fileFor(databasePath), (origin + u'\n' + databasePath + u'\n').toUtf8());
}

} // namespace andon
