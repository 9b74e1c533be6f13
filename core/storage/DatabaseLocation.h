// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

/// Where a database is, as a person writes it: `sqlite:PATH` or a bare path.
struct DatabaseLocation
{
    /// Absolute, with every symbolic link resolved: the permit and the stop requests stand beside
    /// the real file, so that two programs that reach it by different names share one gate.
    QString path;

    /// Reads what was given to `--database` or `ANDON_DATABASE`.
    /// Throws InvalidInputError for an empty text or an engine that this version does not have.
    static DatabaseLocation parse(const QString &text);

    /// `ANDON_DATABASE`, or `andon.db` in the application data folder, which is created.
    static DatabaseLocation standard();

    /// `sqlite:PATH`, as `status` prints it.
    [[nodiscard]] QString display() const { return QStringLiteral("sqlite:") + path; }

    friend bool operator==(const DatabaseLocation &, const DatabaseLocation &) = default;
};

} // namespace andon
