// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>

#include <functional>
#include <optional>

namespace andon {

class Database;

/// One row of `andon_checkpoint`, as it is stored: what it says must not be believed before its note is verified.
struct StoredCheckpoint
{
    qint64 id = 0; ///< 0 before it is stored
    qint64 treeSize = 0;
    QByteArray root; ///< 32 bytes, unless somebody has changed it
    QByteArray note; ///< whole, verbatim
    QString keyName;
    QString keyId; ///< eight hexadecimal digits
    QDateTime signedAt;

    friend bool operator==(const StoredCheckpoint &, const StoredCheckpoint &) = default;
};

/// What was signed of a log, beside the log itself. Append-only, by triggers.
///
/// Belongs to the thread of its database. Failures are StorageErrors.
class CheckpointTable
{
public:
    explicit CheckpointTable(Database &database)
        : m_database(database)
    {
    }

    /// Returns the id.
    qint64 insert(const StoredCheckpoint &checkpoint);

    [[nodiscard]] std::optional<StoredCheckpoint> newest();
    /// The newest one of a tree that has so many entries or more.
    [[nodiscard]] std::optional<StoredCheckpoint> newestCovering(qint64 size);
    /// The row with exactly this note.
    [[nodiscard]] std::optional<StoredCheckpoint> find(qint64 treeSize, const QByteArray &note);

    /// `visit` returns false to end it.
    void visitOldestFirst(const std::function<bool(const StoredCheckpoint &)> &visit);
    void visitNewestFirst(const std::function<bool(const StoredCheckpoint &)> &visit);
    [[nodiscard]] QList<StoredCheckpoint> all();

private:
    using Visitor = std::function<bool(const StoredCheckpoint &)>;
    void visit(const QString &rest, const QVariantList &values, const Visitor &visitor);
    [[nodiscard]] std::optional<StoredCheckpoint> first(const QString &rest, const QVariantList &values = {});

    Database &m_database;
};

} // namespace andon
