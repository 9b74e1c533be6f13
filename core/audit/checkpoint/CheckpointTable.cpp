// SPDX-License-Identifier: Apache-2.0
#include "core/audit/checkpoint/CheckpointTable.h"

#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

namespace andon {

namespace {

QByteArray bytes(const StoredRow &row, int column)
{
    const std::string_view text = row.text(column);
    return {text.data(), static_cast<qsizetype>(text.size())};
}

StoredCheckpoint fromRow(const StoredRow &row)
{
    StoredCheckpoint checkpoint;
    checkpoint.id = row.integer(0);
    checkpoint.treeSize = row.integer(1);
    checkpoint.root = bytes(row, 2);
    checkpoint.note = bytes(row, 3);
    checkpoint.keyName = QString::fromUtf8(bytes(row, 4));
    checkpoint.keyId = QString::fromUtf8(bytes(row, 5));
    checkpoint.signedAt = parseTimestamp(QString::fromUtf8(bytes(row, 6))).moment;
    return checkpoint;
}

} // namespace

qint64 CheckpointTable::insert(const StoredCheckpoint &checkpoint)
{
    return m_database.insert(
        QStringLiteral("INSERT INTO andon_checkpoint(tree_size, root, note, key_name, key_id, signed_at) "
                       "VALUES(?, ?, ?, ?, ?, ?)"),
        {checkpoint.treeSize, checkpoint.root, QString::fromUtf8(checkpoint.note), checkpoint.keyName, checkpoint.keyId,
         formatTimestamp(checkpoint.signedAt)});
}

std::optional<StoredCheckpoint> CheckpointTable::newest()
{
    return first(QStringLiteral("ORDER BY id DESC LIMIT 1"));
}

std::optional<StoredCheckpoint> CheckpointTable::newestCovering(qint64 size)
{
    return first(QStringLiteral("WHERE tree_size >= ? ORDER BY id DESC LIMIT 1"), {size});
}

std::optional<StoredCheckpoint> CheckpointTable::find(qint64 treeSize, const QByteArray &note)
{
    return first(QStringLiteral("WHERE tree_size = ? AND note = ? ORDER BY id DESC LIMIT 1"),
                 {treeSize, QString::fromUtf8(note)});
}

void CheckpointTable::visitOldestFirst(const Visitor &visitor)
{
    visit(QStringLiteral("ORDER BY id"), {}, visitor);
}

void CheckpointTable::visitNewestFirst(const Visitor &visitor)
{
    visit(QStringLiteral("ORDER BY id DESC"), {}, visitor);
}

QList<StoredCheckpoint> CheckpointTable::all()
{
    QList<StoredCheckpoint> checkpoints;
    visitOldestFirst([&checkpoints](const StoredCheckpoint &checkpoint) {
        checkpoints << checkpoint;
        return true;
    });
    return checkpoints;
}

void CheckpointTable::visit(const QString &rest, const QVariantList &values, const Visitor &visitor)
{
    m_database.visit(
        QStringLiteral("SELECT id, tree_size, root, note, key_name, key_id, signed_at FROM andon_checkpoint ") + rest,
        values, [&visitor](const StoredRow &row) { return visitor(fromRow(row)); });
}

std::optional<StoredCheckpoint> CheckpointTable::first(const QString &rest, const QVariantList &values)
{
    std::optional<StoredCheckpoint> found;
    visit(rest, values, [&found](const StoredCheckpoint &checkpoint) {
        found = checkpoint;
        return false;
    });
    return found;
}

} // namespace andon
