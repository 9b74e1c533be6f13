// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/SqlEngine.h"

#include <QString>

namespace andon {

/// Where a database is, as a person writes it: `sqlite:PATH`, a bare path, or `postgresql://…`.
struct DatabaseLocation
{
    SqlEngine engine = SqlEngine::Sqlite;

    /// Of an SQLite database: absolute, with every symbolic link resolved: the permit and the stop requests stand
    /// beside the real file, so that two programs that reach it by different names share one gate. Empty for a server.
    QString path;

    /// Of a server: libpq's connection URI as it was given
    /// (postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING), several hosts and TLS options included, but never
    /// with a password. Empty for SQLite.
    QString uri;

    /// Reads what was given to `--database` or `ANDON_DATABASE`.
    /// Throws InvalidInputError for an empty text, or a URI that is none or holds a password.
    static DatabaseLocation parse(const QString &text);

    /// `ANDON_DATABASE`, or `andon.db` in the application data folder, which is created.
    static DatabaseLocation standard();

    /// `sqlite:PATH` or the URI, as `status` prints it.
    [[nodiscard]] QString display() const;

    /// The path, or the URI: what a sentence calls the database.
    [[nodiscard]] QString name() const { return engine == SqlEngine::Sqlite ? path : uri; }
    /// The file's name, or `DATABASE on HOST`, for where there is little room.
    [[nodiscard]] QString title() const;

    /// What the names of the gate's files on this machine begin with. Of an SQLite database, its path. Of a server, a
    /// path in the user's data folder: there a stop stands until the server has it.
    [[nodiscard]] QString gatePath() const;

    friend bool operator==(const DatabaseLocation &, const DatabaseLocation &) = default;
};

} // namespace andon
