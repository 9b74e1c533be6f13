// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/LogOutline.h"

#include "core/audit/checkpoint/LogIdentity.h"
#include "core/audit/verify/NumberColumns.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"

#include <algorithm>
#include <initializer_list>

namespace andon {

namespace {

constexpr qint64 kMostFormerOrigins = 10'000;
/// No log is as long.
constexpr qint64 kBeyond = qint64{1} << 56;

const QString kLog = QStringLiteral("action_audit_log");
const QString kSeals = QStringLiteral("andon_audit_seal");
const QString kCheckpoints = QStringLiteral("andon_checkpoint");
const QString kIdentity = QStringLiteral("andon_log_identity");

VerifyFinding missing(const QString &detail)
{
    VerifyFinding finding;
    finding.kind = VerifyFinding::Kind::CheckpointMissing;
    finding.detail = detail;
    return finding;
}

bool hasColumns(Database &database, const QString &table, std::initializer_list<const char *> names)
{
    const QStringList present = Catalog(database).columnsOf(table);
    return std::all_of(names.begin(), names.end(),
                       [&present](const char *name) { return present.contains(QLatin1String(name)); });
}

void requireSeals(Database &database)
{
    const Schema::Kind kind = Schema::inspect(database);
    Catalog catalog(database);
    const bool hasAny = catalog.hasTable(kSeals) || catalog.hasTable(kCheckpoints) || catalog.hasTable(kIdentity);
    if (kind != Schema::Kind::Current && !hasAny)
        throw InvalidInputError(
            QStringLiteral("The log of %1 has no seals yet, so there is nothing to hold it against. Open the database "
                           "once for writing with this version of Andon, which seals it.")
                .arg(database.location().name()));
}

EventId newestEntry(Database &database, bool hasRowIds)
{
    const QString numbersOnly = hasRowIds ? QString() : QStringLiteral(" WHERE typeof(id) = 'integer'");
    return EventId(database.scalar(QStringLiteral("SELECT max(id) FROM action_audit_log") + numbersOnly).toLongLong());
}

CheckpointVerifier::Log readIdentity(Database &database)
{
    CheckpointVerifier::Log log;
    if (!hasColumns(database, kIdentity, {"number", "log_id"}))
        return log;
    Statement rows = database.run(QStringLiteral("SELECT log_id FROM andon_log_identity ORDER BY number DESC LIMIT ?"),
                                  {kMostFormerOrigins});
    while (rows.next()) {
        LogIdentity identity;
        identity.id = rows.text(0);
        if (log.origin.isEmpty())
            log.origin = identity.origin();
        else
            log.formerOnes << identity.origin();
    }
    return log;
}

void readArchives(Database &database, LogOutline *outline)
{
    ArchiveTable table(database);
    outline->archives = table.confirmed();
    for (const ArchiveRecord &record : std::as_const(outline->archives))
        outline->archived.unite(record.leaves);
    const qint64 claimed = table.all().size() - outline->archives.size();
    if (claimed > 0) {
        VerifyFinding finding;
        finding.kind = VerifyFinding::Kind::Unprotected;
        finding.detail = QStringLiteral("of %1 archives that the database tells of, the log does not").arg(claimed);
        outline->findings.add(finding);
    }
    outline->expected = std::max<qint64>(1, outline->expected - outline->archived.count());
}

} // namespace

LogOutline LogOutline::of(Database &database)
{
    requireSeals(database);
    LogOutline outline;
    outline.columns = Catalog(database).columnsOf(kLog);
    if (!outline.columns.contains(u"id"))
        outline.columns.clear();
    if (database.engine() == SqlEngine::Sqlite)
        outline.hasRowIds = Catalog(database).isRowNumber(kLog, QStringLiteral("id"));
    else if (!areNumbers(database, kLog, {QStringLiteral("id")}))
        outline.columns.clear(); // of another table that somebody has put there

    // First the log, then the seals: what is appended and sealed in between shall not count as unsealed.
    if (!outline.columns.isEmpty())
        outline.seals.newestEntry = newestEntry(database, outline.hasRowIds);
    outline.seals.hasTable = Catalog(database).isRowNumber(kSeals, QStringLiteral("leaf"))
        && hasColumns(database, kSeals, {"leaves", "event_id", "hashes", "hints"})
        && areNumbers(database, kSeals, {QStringLiteral("leaves"), QStringLiteral("event_id")});
    outline.expected = std::clamp<qint64>(outline.seals.newestEntry.value, 1, kBeyond);
    if (outline.seals.hasTable) {
        const QVariant newest = database.scalar(
            QStringLiteral("SELECT leaf FROM andon_audit_seal ORDER BY leaf DESC LIMIT 1"));
        if (newest.isValid()) {
            outline.seals.newestKey = newest.toLongLong();
            const qint64 sealed = std::clamp<qint64>(newest.toLongLong(), 0, kBeyond) + SealTable::kMostInRun;
            outline.expected = std::min(outline.expected, sealed);
        }
    }
    if (outline.seals.hasTable && !outline.columns.isEmpty())
        readArchives(database, &outline);
    outline.hasCheckpoints = hasColumns(database, kCheckpoints,
                                        {"id", "tree_size", "root", "note", "key_name", "key_id", "signed_at"});
    if (!outline.hasCheckpoints)
        outline.findings.add(missing(QStringLiteral("the table of checkpoints is gone")));
    outline.log = readIdentity(database);
    if (outline.log.origin.isEmpty())
        outline.findings.add(missing(QStringLiteral("the log has lost its identity")));
    return outline;
}

} // namespace andon
