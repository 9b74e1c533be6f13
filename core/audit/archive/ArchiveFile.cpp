// SPDX-License-Identifier: Apache-2.0
#include "core/audit/archive/ArchiveFile.h"

#include "core/audit/archive/ArchivedTree.h"
#include "core/storage/ExactText.h"
#include "core/storage/Timestamp.h"

namespace andon {

namespace {

constexpr const char *kTables =
    "CREATE TABLE andon_audit_seal(leaf INTEGER PRIMARY KEY, leaves INTEGER NOT NULL, event_id INTEGER NOT NULL, "
    "hashes BLOB NOT NULL, hints BLOB NOT NULL);"
    "CREATE TABLE andon_log_identity(number INTEGER PRIMARY KEY, log_id TEXT NOT NULL UNIQUE, reason TEXT NOT NULL, "
    "since TEXT NOT NULL);"
    "CREATE TABLE andon_checkpoint(id INTEGER PRIMARY KEY, tree_size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT "
    "NOT NULL, key_name TEXT NOT NULL, key_id TEXT NOT NULL, signed_at TEXT NOT NULL);"
    "CREATE TABLE andon_archive_node(level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL, "
    "PRIMARY KEY(level, number)) WITHOUT ROWID;"
    "CREATE TABLE andon_archive_about(key TEXT PRIMARY KEY, value TEXT NOT NULL);";

Database::Options making()
{
    Database::Options options;
    options.create = true;
    return options;
}

QByteArray bytesOf(const std::string &text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

QByteArray bytesOf(const TreeHash &hash)
{
    return {reinterpret_cast<const char *>(hash.data()), static_cast<qsizetype>(hash.size())};
}

} // namespace

ArchiveFile::ArchiveFile(const QString &path, const QStringList &numberColumns, const QStringList &columns)
    : m_database({SqlEngine::Sqlite, path, {}}, making())
    , m_transaction(m_database)
    , m_columns(columns.size())
{
    m_database.runScript(kTables);
    QStringList made;
    QStringList named;
    QStringList places;
    for (const QString &column : columns) {
        const bool isKey = column == u"id";
        made << QStringLiteral("\"%1\" %2")
                    .arg(column,
                         isKey                                ? QStringLiteral("INTEGER PRIMARY KEY")
                             : numberColumns.contains(column) ? QStringLiteral("INTEGER")
                                                              : QStringLiteral("TEXT"));
        named << QStringLiteral("\"%1\"").arg(column);
        places << QStringLiteral("?");
    }
    m_database.run(QStringLiteral("CREATE TABLE action_audit_log(%1)").arg(made.join(QStringLiteral(", "))));
    m_insert = QStringLiteral("INSERT INTO action_audit_log(%1) VALUES(%2)")
                   .arg(named.join(QStringLiteral(", ")), places.join(QStringLiteral(", ")));
}

void ArchiveFile::add(const StoredRow &row)
{
    QVariantList values;
    for (int i = 1; i <= m_columns; ++i) // after the id that EntryLayout puts before all columns
        values << (row.kind(i) == StoredRow::Kind::Text ? QVariant(exactText(row.text(i))) : row.value(i));
    m_database.change(m_insert, values);
}

void ArchiveFile::add(const SealCursor::Run &run)
{
    m_database.change(
        QStringLiteral("INSERT INTO andon_audit_seal(leaf, leaves, event_id, hashes, hints) VALUES(?, ?, ?, ?, ?)"),
        {run.leaf, run.count, run.event.value, bytesOf(run.hashes), bytesOf(run.hints)});
}

void ArchiveFile::finish(const About &about, NodeSource &nodes)
{
    ArchivedTree::visitComplement(about.checkpoint.treeSize, about.leaves, [&](int level, qint64 number) {
        m_database.change(QStringLiteral("INSERT INTO andon_archive_node(level, number, hash) VALUES(?, ?, ?)"),
                          {level, number, bytesOf(nodes.node(level, number))});
    });
    m_database.run(QStringLiteral("INSERT INTO andon_log_identity(log_id, reason, since) VALUES(?, ?, ?)"),
                   {about.log.id, about.log.reason, formatTimestamp(about.log.since)});
    CheckpointTable(m_database).insert(about.checkpoint);
    const auto note = [this](const QString &key, const QString &value) {
        m_database.run(QStringLiteral("INSERT INTO andon_archive_about(key, value) VALUES(?, ?)"), {key, value});
    };
    note(QStringLiteral("format"), QStringLiteral("andon-archive/1"));
    note(QStringLiteral("months"), about.months);
    note(QStringLiteral("leaves"), about.leaves.toText());
    note(QStringLiteral("tree_size"), QString::number(about.checkpoint.treeSize));
    m_transaction.commit();
}

} // namespace andon
