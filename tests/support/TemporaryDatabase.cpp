// SPDX-License-Identifier: Apache-2.0
#include "tests/support/TemporaryDatabase.h"

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

/// Settings and keys of this test and of the programs that it starts: never the user's own. From before `main` on, so
/// that a test may name others.
class UserElsewhere
{
public:
    UserElsewhere()
        : m_folder(folderTemplate())
    {
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_folder.path()));
        qputenv("ANDON_KEYS", QFile::encodeName(m_folder.filePath(QStringLiteral("keys"))));
    }

private:
    QTemporaryDir m_folder;
};

const UserElsewhere userElsewhere;

} // namespace

TemporaryDatabase::TemporaryDatabase(const QString &fileName)
    : m_folder(folderTemplate())
    // Resolved: the folder for temporary files may be a link, and the permit stands beside the real file.
    , m_path(QFileInfo(m_folder.path()).canonicalFilePath() + u'/' + fileName)
{
    if (!m_folder.isValid())
        throw std::runtime_error(m_folder.errorString().toStdString());
}

TemporaryDatabase::~TemporaryDatabase()
{
    // A test may have taken the right away that removing the files needs.
    QFile::setPermissions(m_folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
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
