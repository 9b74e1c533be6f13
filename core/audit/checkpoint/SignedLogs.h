// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

/// Which log this user has signed at which place: one that was put there instead is noticed, although it has a name of
/// its own and no checkpoint.
///
/// A file a database, in the folder of the keys. Thread-safe; failures are FileErrors.
class SignedLogs
{
public:
    /// `folder` as KeyStore takes it.
    explicit SignedLogs(const QString &folder = {});

    /// The origin of the log that was signed last in this database; empty where none was.
    [[nodiscard]] QString at(const QString &databasePath) const;
    void remember(const QString &databasePath, const QString &origin) const;

private:
    [[nodiscard]] QString fileFor(const QString &databasePath) const;

    QString m_folder;
};

} // namespace andon
