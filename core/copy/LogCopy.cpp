// SPDX-License-Identifier: Apache-2.0
#include "core/copy/LogCopy.h"

#include "core/audit/checkpoint/CheckpointTable.h"
#include "core/audit/seal/SealTable.h"
#include "core/audit/verify/Verifier.h"
#include "core/copy/CopyError.h"
#include "core/copy/CopySource.h"
#include "core/copy/IdCounters.h"
#include "core/copy/MonthPartitions.h"
#include "core/copy/RowCheck.h"
#include "core/copy/RowWriter.h"
#include "core/copy/TriggerPause.h"
#include "core/storage/ReadSnapshot.h"
#include "core/storage/Schema.h"
#include "core/storage/Timestamp.h"

#include <QElapsedTimer>

#include <exception>

namespace andon {

namespace {

using namespace std::chrono_literals;

/// That are named at once.
constexpr qsizetype kMostComplaints = 20;
/// Rows between two looks at whether to go on.
constexpr qint64 kBetweenLooks = 512;
/// Of the source's checkpoints, that the copy is held against.
constexpr qsizetype kMostCheckpoints = 100;
constexpr auto kPatience = 10s;

const QString kLog = QStringLiteral("action_audit_log");
const QString kMeta = QStringLiteral("andon_meta");

QString selectOf(const CopyTable &table)
{
    // The target says itself which schema it has.
    const QString which = table.name == kMeta ? QStringLiteral(" WHERE key <> 'schema_version'") : QString();
    return QStringLiteral("SELECT %1 FROM %2%3 ORDER BY \"%4\"").arg(table.columnList(), table.name, which, table.key);
}

int indexOf(const CopyTable &table, const QString &name)
{
    for (int i = 0; i < table.columns.size(); ++i) {
        if (table.columns.at(i).name == name)
            return i;
    }
    return -1;
}

void requireUtf8(Database &target)
{
    if (target.engine() == SqlEngine::PostgreSql
        && target.scalar(QStringLiteral("SHOW server_encoding")).toString() != u"UTF8")
        throw CopyError(QStringLiteral("%1 does not store UTF-8. Make the database with ENCODING 'UTF8'. Nothing was "
                                       "copied.")
                            .arg(target.location().name()));
}

/// Appends what the row holds that cannot be stored.
void complain(const CopyTable &table, const StoredRow &row, QStringList *complaints)
{
    for (int i = 0; i < table.columns.size(); ++i) {
        const std::optional<QString> complaint = complaintAbout(row, i, table.columns.at(i));
        if (complaint)
            *complaints << QStringLiteral("%1, %2 %3: the column %4 %5")
                               .arg(table.name, table.key, row.value(indexOf(table, table.key)).toString(),
                                    table.columns.at(i).name, *complaint);
    }
}

} // namespace

LogCopy::LogCopy(DatabaseLocation from, DatabaseLocation to, Options options)
    : m_from(std::move(from))
    , m_to(std::move(to))
    , m_options(std::move(options))
{
}

std::optional<CopyReport> LogCopy::run(const Progress &progress)
{
    if (m_from == m_to)
        throw InvalidInputError(QStringLiteral("The source and the target are the same database."));
    m_report.from = m_from.display();
    m_report.to = m_to.display();
    QElapsedTimer timer;
    timer.start();

    Database::Options reading;
    reading.access = Database::Access::ReadOnly;
    Database source(m_from, reading);
    {
        Database::Options writing;
        writing.create = true;
        writing.lockTimeout = kPatience;
        requireFitSource(source);
        Database target(m_to, writing);
        requireEmptyTarget(target);
        requireUtf8(target);
        const ReadSnapshot view(source);
        requireFitSource(source); // as it is in this view
        if (target.engine() == SqlEngine::Sqlite)
            Schema::ensure(target); // chooses its journal, which cannot be done in a transaction
        if (!copyAll(source, target, progress))
            return std::nullopt;
        noteTree(source);
    }
    constexpr double kMsPerSecond = 1000;
    m_report.seconds = static_cast<double>(timer.elapsed()) / kMsPerSecond;
    if (m_options.isToVerify)
        verify(progress);
    return m_report;
}

bool LogCopy::copyAll(Database &source, Database &target, const Progress &progress)
{
    Transaction transaction(target);
    Schema::ensure(target);
    requireEmptyTarget(target); // another program may have been faster
    const QList<CopyTable> tables = CopyTable::all(source, target);
    qint64 total = 0;
    for (const CopyTable &table : tables)
        total += source.scalar(QStringLiteral("SELECT count(*) FROM %1").arg(table.name)).toLongLong();

    TriggerPause pause(target, tables);
    qint64 before = 0;
    for (const CopyTable &table : tables) {
        const auto goesOn = [&](qint64 rows) {
            return !progress || progress(false, std::min(before + rows, total), total);
        };
        const std::optional<qint64> rows = copyTable(source, target, table, goesOn);
        if (!rows)
            return false;
        before += *rows;
        m_report.tables << CopyReport::Table{table.name, *rows};
        IdCounters::carryOver(source, target, table);
    }
    // Who was connected was so to the source.
    m_report.endedAgents = target.change(
        QStringLiteral("UPDATE andon_agent SET ended_at = ?, outcome = 'copied' WHERE ended_at IS NULL"),
        {formatTimestamp(QDateTime::currentDateTimeUtc())});
    pause.end();
    transaction.commit();
    if (target.engine() == SqlEngine::PostgreSql)
        target.runScript("ANALYZE action_audit_log, action_proposals, action_records");
    return true;
}

std::optional<qint64> LogCopy::copyTable(Database &source, Database &target, const CopyTable &table,
                                         const std::function<bool(qint64)> &goesOn)
{
    // What a new database says of itself: the source says it here.
    target.run(table.name == kMeta ? QStringLiteral("DELETE FROM andon_meta WHERE key <> 'schema_version'")
                                   : QStringLiteral("DELETE FROM %1").arg(table.name));
    const int createdAt = table.name == kLog ? indexOf(table, QStringLiteral("created_at")) : -1;
    MonthPartitions months(target);
    RowWriter writer(target, table);
    QStringList complaints;
    qint64 rows = 0;
    bool isGivenUp = false;
    std::exception_ptr failure; // the visitor must not throw
    source.visit(selectOf(table), {}, [&](const StoredRow &row) {
        const qsizetype complaintsBefore = complaints.size();
        complain(table, row, &complaints);
        try {
            if (complaints.isEmpty()) {
                if (createdAt >= 0 && months.isMissing(row.text(createdAt))) {
                    writer.flush();
                    months.make(row.text(createdAt));
                }
                writer.add(row);
            }
        } catch (const Error &) {
            failure = std::current_exception();
            return false;
        }
        isGivenUp = ++rows % kBetweenLooks == 0 && !goesOn(rows);
        return !isGivenUp && (complaintsBefore == complaints.size() || complaints.size() < kMostComplaints);
    });
    if (failure)
        std::rethrow_exception(failure);
    if (!complaints.isEmpty())
        throw CopyError(QStringLiteral("%1 holds what cannot be stored at the target as it is. Nothing was copied.")
                            .arg(m_from.name()),
                        complaints.join(QStringLiteral("; ")));
    if (isGivenUp || !goesOn(rows))
        return std::nullopt;
    writer.flush();
    return rows;
}

/// What the copy is to have, from the same view.
void LogCopy::noteTree(Database &source)
{
    SealTable seals(source);
    m_report.sealed = seals.size();
    m_report.root = QString::fromLatin1(toBase64(MerkleTree(seals).root(m_report.sealed)));
    CheckpointTable(source).visitNewestFirst([this](const StoredCheckpoint &checkpoint) {
        m_checkpoints.append({QStringLiteral("the source, checkpoint %1").arg(checkpoint.id), checkpoint.note});
        return m_checkpoints.size() < kMostCheckpoints;
    });
}

void LogCopy::verify(const Progress &progress)
{
    Verifier::Options options;
    options.keyFolder = m_options.keyFolder;
    options.checkpoints = m_checkpoints;
    const std::optional<VerifyReport> report = Verifier(m_to, options).verify([&](qint64 done, qint64 total) {
        return !progress || progress(true, done, total);
    });
    m_report.isVerified = report.has_value();
    if (report)
        m_report.verification = *report;
}

} // namespace andon
