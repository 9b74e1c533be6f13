// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Database.h"

#include <QTemporaryDir>

namespace andon::test {

/// What the files begin with that the gate of a database keeps on this machine.
[[nodiscard]] QString gateOf(const QString &database);
[[nodiscard]] inline QString permitOf(const QString &database)
{
    return gateOf(database) + QStringLiteral(".permit");
}
[[nodiscard]] inline QString stopOf(const QString &database)
{
    return gateOf(database) + QStringLiteral(".stop");
}
[[nodiscard]] inline QString holdOf(const QString &database)
{
    return gateOf(database) + QStringLiteral(".hold");
}
[[nodiscard]] inline QString guardsOf(const QString &database)
{
    return gateOf(database) + QStringLiteral(".guards");
}

/// A place for one database, and a folder of its own, both gone at the end. On SQLite the place is in the folder, and
/// no file is made; on PostgreSQL it is an empty database on TestServer.
class TemporaryDatabase
{
public:
    explicit TemporaryDatabase(const QString &fileName = QStringLiteral("andon.db"));
    ~TemporaryDatabase();
    TemporaryDatabase(const TemporaryDatabase &) = delete;
    TemporaryDatabase &operator=(const TemporaryDatabase &) = delete;

    /// What `--database` takes: a path, or a URI.
    [[nodiscard]] QString path() const { return m_path; }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    [[nodiscard]] QString permitPath() const { return permitOf(m_path); }
    [[nodiscard]] QString stopPath() const { return stopOf(m_path); }
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] DatabaseLocation location() const { return DatabaseLocation::parse(m_path); }

    /// Makes it unreachable, for those who have it open, too: on SQLite the file is elsewhere, on PostgreSQL the server
    /// ends every session and lets nobody in.
    void takeAway() const;
    /// And reachable again, as it was.
    void giveBack() const;

    /// Keeps a copy of all that the database holds, under a name; returns where it is, as `path` does. Nobody has the
    /// database open.
    QString copyTo(const QString &name) const; // NOLINT(modernize-use-nodiscard): for putBack, too
    /// Puts back what was kept. Nobody has the database open.
    void putBack(const QString &name) const;

private:
    [[nodiscard]] QString copyCalled(const QString &name) const;

    QTemporaryDir m_folder;
    QString m_path;
};

/// Makes `to` a copy of `from`, whatever it was before. Nobody has either open; on SQLite `from` may be read meanwhile.
void copyDatabase(const QString &from, const QString &to);

/// Options that open a file for reading and writing and make it where there is none.
[[nodiscard]] Database::Options creating();
/// Options that open what is there, and wait this long for a lock.
[[nodiscard]] Database::Options existing(std::chrono::milliseconds lockTimeout = std::chrono::seconds(5));

/// All bytes of a file. Throws std::runtime_error where it cannot be read.
[[nodiscard]] QByteArray bytesOf(const QString &path);
/// Puts these bytes in a file, new or not.
void write(const QString &path, const QByteArray &bytes);

} // namespace andon::test
