// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QString>

namespace andon {

class Database;

/// What a log is called in its checkpoints, so that those of two logs are never mixed up.
///
/// Drawn when the log is first opened, and kept in `andon_log_identity`, to which one can only append: the newest row
/// counts.
struct LogIdentity
{
    /// Hexadecimal digits of an id.
    static constexpr int kDigits = 32;

    QString id;
    QString reason; ///< why it was given
    QDateTime since;

    /// `andon/log/` and the id: the first line of a checkpoint, and the name of the keys that are made for the log.
    [[nodiscard]] QString origin() const { return QStringLiteral("andon/log/") + id; }

    /// Throws StorageError: Corrupt where there is none or it is no id, Other where this is no log with seals yet.
    [[nodiscard]] static LogIdentity read(Database &database);

    /// Gives the log a new one. To be called inside a Transaction, with the event that accounts for it.
    static LogIdentity renew(Database &database, const QString &reason, const QDateTime &moment);
};

} // namespace andon
