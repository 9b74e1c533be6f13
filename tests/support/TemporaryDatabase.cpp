// SPDX-License-Identifier: Apache-2.0
#include "tests/support/TemporaryDatabase.h"

#include "tests/support/ForeignClient.h"
#include "tests/support/TestEngine.h"
#include "tests/support/TestServer.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <stdexcept>

namespace andon::test {

namespace {

/// In memory where there is such a file system: hundreds of databases are made, and each commit
/// syncs. What a disk makes of that is for the benches.
QString folderTemplate()
{
    const QString memory = QStringLiteral("/dev/shm");
    const QString folder = QFileInfo(memory).isWritable() ? memory : QDir::tempPath();
    return folder + QStringLiteral("/andon-test-XXXXXX");
}

/// Settings, keys and gates of this test and of the programs that it starts: never the user's own. From before `main`
/// on, so that a test may name others.
class UserElsewhere
{
public:
    UserElsewhere()
        : m_folder(folderTemplate())
    {
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_folder.path()));
        qputenv("XDG_DATA_HOME", QFile::encodeName(m_folder.filePath(QStringLiteral("data"))));
        qputenv("ANDON_KEYS", QFile::encodeName(m_folder.filePath(QStringLiteral("keys"))));
    }

private:
    QTemporaryDir m_folder;
};

const UserElsewhere userElsewhere;

const QString kAway = QStringLiteral("away.db");

/// Resolved: the folder for temporary files may be a link, and the permit stands beside the real file.
QString placeIn(const QTemporaryDir &folder, const QString &fileName)
{
    return isOnPostgres() ? TestServer::shared().createDatabase()
                          : QFileInfo(folder.path()).canonicalFilePath() + u'/' + fileName;
}

} // namespace

QString gateOf(const QString &database)
{
    return DatabaseLocation::parse(database).gatePath();
}

TemporaryDatabase::TemporaryDatabase(const QString &fileName)
    : m_folder(folderTemplate())
    , m_path(placeIn(m_folder, fileName))
{
    if (!m_folder.isValid())
        throw std::runtime_error(m_folder.errorString().toStdString());
}

TemporaryDatabase::~TemporaryDatabase()
{
    if (isOnPostgres())
        TestServer::shared().dropDatabases(m_path);
    // A test may have taken the right away that removing the files needs.
    QFile::setPermissions(m_folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

void TemporaryDatabase::takeAway() const
{
    if (isOnPostgres())
        TestServer::shared().closeDatabase(m_path);
    else if (!QFile::rename(m_path, file(kAway)))
        throw std::runtime_error("the database could not be taken away");
}

void TemporaryDatabase::giveBack() const
{
    if (isOnPostgres())
        TestServer::shared().reopenDatabase(m_path);
    else if (!QFile::rename(file(kAway), m_path))
        throw std::runtime_error("the database could not be given back");
}

QString TemporaryDatabase::copyCalled(const QString &name) const
{
    return isOnPostgres() ? m_path + u'_' + QString(name).replace(u'.', u'_') : file(name);
}

QString TemporaryDatabase::copyTo(const QString &name) const
{
    QString copy = copyCalled(name);
    copyDatabase(m_path, copy);
    return copy;
}

void TemporaryDatabase::putBack(const QString &name) const
{
    copyDatabase(copyCalled(name), m_path);
}

void copyDatabase(const QString &from, const QString &to)
{
    if (isOnPostgres()) {
        TestServer::shared().copyDatabase(from, to);
        return;
    }
    for (const char *ending : {"", "-wal", "-shm", "-journal"})
        QFile::remove(to + QLatin1String(ending));
    ForeignClient(from).must("VACUUM INTO '" + to.toUtf8() + '\'');
}

Database::Options creating()
{
    Database::Options options;
    options.create = true;
    return options;
}

Database::Options existing(std::chrono::milliseconds lockTimeout)
{
    Database::Options options;
    options.lockTimeout = lockTimeout;
    return options;
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error((path + ": " + file.errorString()).toStdString());
    return file.readAll();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        throw std::runtime_error((path + ": " + file.errorString()).toStdString());
}

} // namespace andon::test
