// SPDX-License-Identifier: Apache-2.0
#include "core/audit/archive/ArchiveTable.h"

#include "core/audit/AuditEvent.h"
#include "core/audit/seal/SealTable.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

#include <QJsonDocument>

#include <algorithm>

namespace andon {

namespace {

const QString kTable = QStringLiteral("andon_archive");

} // namespace

void ArchiveTable::insert(const ArchiveRecord &record)
{
    m_database.run(
        QStringLiteral("INSERT INTO andon_archive(months, first_event, last_event, events, leaves, last_proposal, "
                       "tree_size, root, file, sha256, archived_by, archived_at, event_id) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {record.months, record.firstEvent.value, record.lastEvent.value, record.events, record.leaves.toText(),
         record.lastProposal.value, record.treeSize, record.root, record.file, record.sha256, record.by,
         formatTimestamp(record.at), record.event.value});
}

QList<ArchiveRecord> ArchiveTable::all()
{
    QList<ArchiveRecord> records;
    if (!Catalog(m_database).hasTable(kTable))
        return records;
    Statement rows = m_database.run(
        QStringLiteral("SELECT id, months, first_event, last_event, events, leaves, last_proposal, tree_size, root, "
                       "file, sha256, archived_by, archived_at, event_id FROM andon_archive ORDER BY id"));
    while (rows.next()) {
        ArchiveRecord record;
        record.id = rows.integer(0);
        record.months = rows.text(1);
        record.firstEvent = EventId(rows.integer(2));
        record.lastEvent = EventId(rows.integer(3));
        record.events = rows.integer(4);
        record.leaves = LeafRanges::parse(rows.text(5));
        record.lastProposal = ProposalId(rows.integer(6));
        record.treeSize = rows.integer(7);
        record.root = rows.value(8).toByteArray();
        record.file = rows.text(9);
        record.sha256 = rows.text(10);
        record.by = rows.text(11);
        record.at = parseTimestamp(rows.text(12)).moment;
        record.event = EventId(rows.integer(13));
        records << record;
    }
    return records;
}

bool ArchiveTable::isTold(const ArchiveRecord &record)
{
    const QVariant data = m_database.scalar(
        QStringLiteral("SELECT event_data FROM action_audit_log WHERE id = ? AND event_type = ?"),
        {record.event.value, EventType::kArchived});
    const QJsonObject told = QJsonDocument::fromJson(data.toString().toUtf8()).object();
    return told.value(u"sha256").toString() == record.sha256
        && told.value(u"leaves").toString() == record.leaves.toText() && record.leaves.count() == record.events;
}

QList<ArchiveRecord> ArchiveTable::confirmed()
{
    const QList<ArchiveRecord> records = all();
    QList<ArchiveRecord> good;
    LeafRanges archived;
    SealTable seals(m_database);
    // The newest first: the event that tells of an older one may be in a newer one.
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        bool isTrue = isTold(*record);
        if (!isTrue && !archived.ranges().empty()) {
            try {
                const std::optional<qint64> leaf = seals.leafOf(record->event);
                isTrue = leaf && archived.contains(*leaf);
            } catch (const StorageError &error) {
                if (error.problem() != StorageProblem::Corrupt)
                    throw;
            }
        }
        if (!isTrue)
            continue;
        archived.unite(record->leaves);
        good.prepend(*record);
    }
    return good;
}

} // namespace andon
