// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Database.h"

#include <QTemporaryDir>

namespace andon::test {

/// A place for one database in a folder of its own, which is removed at the end. Makes no file.
class TemporaryDatabase
{
public:
    explicit TemporaryDatabase(const QString &fileName = QStringLiteral("andon.db"));
    ~TemporaryDatabase();
    TemporaryDatabase(const TemporaryDatabase &) = delete;
    TemporaryDatabase &operator=(const TemporaryDatabase &) = delete;

    [[nodiscard]] QString path() const { return m_path; }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] QString permitPath() const { return m_path + QStringLiteral(".permit"); }
    [[nodiscard]] QString stopPath() const { return m_path + QStringLiteral(".stop"); }
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] DatabaseLocation location() const { return DatabaseLocation::parse(m_path); }

private:
    QTemporaryDir m_folder;
    QString m_path;
};

/// Options that open a file for reading and writing and make it where there is none.
[[nodiscard]] Database::Options creating();
/// Options that open what is there, and wait this long for a lock.
[[nodiscard]] Database::Options existing(std::chrono::milliseconds lockTimeout = std::chrono::seconds(5));

/// All bytes of a file. Throws std::runtime_error where it cannot be read.
[[nodiscard]] QByteArray bytesOf(const QString &path);
/// Puts these bytes in a file, new or not.
void write(const QString &path, const QByteArray &bytes);

} // namespace andon::test
