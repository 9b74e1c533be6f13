// SPDX-License-Identifier: Apache-2.0
#include "core/audit/archive/Archiver.h"

#include "core/audit/archive/ArchiveCheck.h"
#include "core/audit/archive/ArchiveError.h"
#include "core/audit/archive/ArchiveFile.h"
#include "core/audit/checkpoint/PrivateFile.h"
#include "core/audit/note/Checkpoint.h"
#include "core/audit/seal/EntryLayout.h"
#include "core/storage/ReadSnapshot.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>

#include <exception>

namespace andon {

namespace {

constexpr qint64 kBetweenLooks = 512;

const QString kPartitions = QStringLiteral(
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = to_regclass('action_audit_log') AND c.relname ~ '^action_audit_log_[0-9]{4}_[0-9]{2}$' "
    "ORDER BY c.relname");

void requireMonth(const QString &before, const QDateTime &now)
{
    static const QRegularExpression month(QStringLiteral("^[0-9]{4}-(0[1-9]|1[0-2])$"));
    if (!month.match(before).hasMatch())
        throw InvalidInputError(QStringLiteral("A month is written as 2026-06: the first that stays."));
    if (before > now.toUTC().toString(QStringLiteral("yyyy-MM")))
        throw InvalidInputError(QStringLiteral("%1 has not begun; this month's events stay.").arg(before));
}

QString notSealed(const QString &month)
{
    return QStringLiteral("%1 is not covered by a checkpoint to its last event: andonctl checkpoint signs one")
        .arg(month);
}

} // namespace

Archiver::Archiver(Database &database, ActionAuditor &auditor)
    : m_database(database)
    , m_auditor(auditor)
{
}

std::optional<Archiver::Result> Archiver::archive(const QString &before, const QString &path, const Progress &progress)
{
    if (m_database.engine() == SqlEngine::Sqlite)
        throw ArchiveError(
            QStringLiteral("%1 is an SQLite database, whose log is one file that stays whole: it has no months that "
                           "could be taken out. Nothing was archived.")
                .arg(m_database.location().name()));
    requireMonth(before, m_auditor.clock().now());
    if (QFileInfo::exists(path) || QFileInfo(path).isSymLink())
        throw ArchiveError(QStringLiteral("%1 is there already. Name a new file; nothing was archived.").arg(path));
    m_checkpoint = coveringCheckpoint();
    Result result;
    result.path = path;
    const QList<Month> months = monthsBefore(before, &result.notMore);
    if (months.isEmpty())
        throw ArchiveError(QStringLiteral("There is no month that can be archived: %1. Nothing was archived.")
                               .arg(result.notMore.isEmpty() ? QStringLiteral("none before %1 has events").arg(before)
                                                             : result.notMore));
    qint64 total = 0;
    for (const Month &month : months)
        total += month.events;
    const auto goesOn = [&](bool isReadingBack) {
        return [&progress, total, isReadingBack](qint64 done) {
            return !progress || progress(isReadingBack, std::min(done, total), total);
        };
    };

    const QString unfinished = path + QStringLiteral(".part");
    QFile::remove(unfinished);
    try {
        const bool isWritten = writeFile(months, unfinished, &result.record, goesOn(false));
        const std::optional<ArchiveContent> content = isWritten ? ArchiveContent::read(unfinished, goesOn(true))
                                                                : std::nullopt;
        if (!content) {
            QFile::remove(unfinished);
            return std::nullopt;
        }
        if (!content->isWhole() || content->leaves != result.record.leaves || content->events != total)
            throw ArchiveError(QStringLiteral("What was written to %1 is not what was sealed. Nothing was archived; "
                                              "andonctl verify says what is wrong with the log.")
                                   .arg(unfinished));
        if (!QFile::rename(unfinished, path))
            throw ArchiveError(QStringLiteral("%1 could not be given its name.").arg(path));
        PrivateFile::syncFolder(QFileInfo(path).absolutePath());
        result.record.sha256 = content->sha256;
        result.record.file = QFileInfo(path).fileName();
        drop(months, &result.record);
    } catch (const Error &) {
        QFile::remove(unfinished);
        throw;
    }
    return result;
}

StoredCheckpoint Archiver::coveringCheckpoint()
{
    const std::optional<StoredCheckpoint> stored = CheckpointTable(m_database).newest();
    SealTable seals(m_database);
    const QString sign = QStringLiteral("Sign the log first (andonctl checkpoint); nothing was archived.");
    if (!stored)
        throw ArchiveError(QStringLiteral("No checkpoint vouches for the log. ") + sign);
    try {
        const Checkpoint checkpoint = Checkpoint::parse(SignedNote::parse(stored->note).text());
        if (checkpoint.origin == LogIdentity::read(m_database).origin() && checkpoint.size == stored->treeSize
            && checkpoint.size <= seals.size() && MerkleTree(seals).root(checkpoint.size) == checkpoint.root)
            return *stored;
    } catch (const NoteError &) {
        // As bad as one that says something else.
    }
    throw ArchiveError(
        QStringLiteral("The newest checkpoint is not one of this log as it is: andonctl verify says more. ") + sign);
}

QList<Archiver::Month> Archiver::monthsBefore(const QString &before, QString *notMore)
{
    QList<Month> all;
    QStringList partitions;
    {
        Statement rows = m_database.run(kPartitions);
        while (rows.next())
            partitions << rows.text(0);
    }
    for (const QString &partition : std::as_const(partitions)) {
        Month month;
        month.partition = partition;
        month.name = partition.right(7).replace(u'_', u'-');
        Statement row = m_database.run(
            QStringLiteral("SELECT count(*), min(id), max(id), max(proposal_id) FROM %1").arg(partition));
        row.next();
        month.events = row.integer(0);
        month.firstEvent = EventId(row.integer(1));
        month.lastEvent = EventId(row.integer(2));
        month.lastProposal = ProposalId(row.integer(3));
        if (month.events > 0)
            all << month;
    }
    QList<Month> months;
    for (qsizetype i = 0; i < all.size() && all.at(i).name < before; ++i) {
        *notMore = i + 1 == all.size() ? QStringLiteral("%1 is the newest month with events").arg(all.at(i).name)
                                       : obstacleAt(all.at(i), m_checkpoint.treeSize);
        if (!notMore->isEmpty())
            break;
        months << all.at(i);
    }
    return months;
}

QString Archiver::obstacleAt(const Month &month, qint64 treeSize)
{
    const std::optional<qint64> leaf = SealTable(m_database).leafOf(month.lastEvent);
    if (!leaf || *leaf >= treeSize)
        return notSealed(month.name);
    const QVariant open = m_database.scalar(
        QStringLiteral("SELECT p.id FROM action_proposals p WHERE p.status IN ('proposed', 'validated', 'executing') "
                       "AND EXISTS (SELECT 1 FROM %1 e WHERE e.proposal_id = p.id) LIMIT 1")
            .arg(month.partition));
    return open.isValid()
        ? QStringLiteral("%1 has events of action %2, which is still open").arg(month.name, open.toString())
        : QString();
}

bool Archiver::writeFile(const QList<Month> &months, const QString &path, ArchiveRecord *record,
                         const std::function<bool(qint64)> &goesOn)
{
    const ReadSnapshot view(m_database);
    Database::Options reading;
    reading.access = Database::Access::ReadOnly;
    Database beside(m_database.location(), reading);
    const ReadSnapshot sameView(beside, view.name());
    const EntryLayout layout = EntryLayout::of(beside);
    QStringList parts;
    QStringList names;
    for (const Month &month : months) {
        parts << QStringLiteral("SELECT * FROM %1").arg(month.partition);
        names << month.name;
        record->lastProposal = std::max(record->lastProposal, month.lastProposal);
        record->firstEvent = record->firstEvent.isValid() ? std::min(record->firstEvent, month.firstEvent)
                                                          : month.firstEvent;
        record->lastEvent = std::max(record->lastEvent, month.lastEvent);
    }
    record->months = names.join(u' ');
    const std::optional<qint64> first = SealTable(beside).leafOf(record->firstEvent);
    SealCursor seals(beside, first.value_or(0));
    // The first column of an entry's row is its id; the file has each column but once.
    ArchiveFile file(path, {QStringLiteral("id"), QStringLiteral("proposal_id")}, layout.columns());

    std::exception_ptr failure;
    qint64 lastRun = -1;
    std::string entry;
    bool isGivenUp = false;
    const QString select = QStringLiteral("SELECT %1 FROM (%2) AS events ORDER BY id")
                               .arg(layout.selectList(), parts.join(QStringLiteral(" UNION ALL ")));
    m_database.visit(select, {}, [&](const StoredRow &row) {
        try {
            const EventId event(row.integer(0));
            const SealCursor::Run *run = seals.find(event);
            layout.serialise(row, entry);
            if (!run || run->leafOf(event) >= m_checkpoint.treeSize || run->hashOf(event) != leafHash(entry))
                throw ArchiveError(QStringLiteral("Event %1 is not what was sealed. Nothing was archived; andonctl "
                                                  "verify says what is wrong with the log.")
                                       .arg(event.toString()));
            if (run->leaf != lastRun)
                file.add(*run);
            lastRun = run->leaf;
            file.add(row);
            record->leaves.append(run->leafOf(event));
            ++record->events;
        } catch (const Error &) {
            failure = std::current_exception();
            return false;
        }
        isGivenUp = record->events % kBetweenLooks == 0 && !goesOn(record->events);
        return !isGivenUp;
    });
    if (failure)
        std::rethrow_exception(failure);
    if (isGivenUp)
        return false;
    SealTable nodes(beside);
    file.finish({LogIdentity::read(beside), m_checkpoint, record->leaves, record->months}, nodes);
    record->treeSize = m_checkpoint.treeSize;
    record->root = m_checkpoint.root;
    return true;
}

void Archiver::drop(const QList<Month> &months, ArchiveRecord *record)
{
    Transaction transaction(m_database);
    qint64 events = 0;
    for (const Month &month : months) {
        m_database.run(QStringLiteral("ALTER TABLE action_audit_log DETACH PARTITION %1").arg(month.partition));
        // Nobody can reach it any more: what was written since would not be in the file.
        events += m_database.scalar(QStringLiteral("SELECT count(*) FROM %1").arg(month.partition)).toLongLong();
    }
    if (events != record->events)
        throw ArchiveError(QStringLiteral("Events were added to these months while they were archived. Nothing was "
                                          "removed; archive them anew into another file."));
    for (const Month &month : months)
        m_database.run(QStringLiteral("DROP TABLE %1").arg(month.partition));
    record->by = m_auditor.by();
    record->at = m_auditor.clock().now();
    AuditEvent event;
    event.eventType = EventType::kArchived;
    event.actor = Actor::kUser;
    const QJsonObject data{{QStringLiteral("months"), record->months},
                           {QStringLiteral("first_event"), record->firstEvent.value},
                           {QStringLiteral("last_event"), record->lastEvent.value},
                           {QStringLiteral("events"), record->events},
                           {QStringLiteral("leaves"), record->leaves.toText()},
                           {QStringLiteral("tree_size"), record->treeSize},
                           {QStringLiteral("root"), QString::fromLatin1(record->root.toBase64())},
                           {QStringLiteral("file"), record->file},
                           {QStringLiteral("sha256"), record->sha256},
                           {QStringLiteral("by"), record->by}};
    event.eventData = QString::fromUtf8(QJsonDocument(data).toJson(QJsonDocument::Compact));
    record->event = m_auditor.logEvent(event);
    ArchiveTable(m_database).insert(*record);
    transaction.commit();
}

} // namespace andon
