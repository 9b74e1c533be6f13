// SPDX-License-Identifier: Apache-2.0
#include "core/audit/seal/SealTable.h"

#include "core/storage/Database.h"

#include <algorithm>
#include <bit>

namespace andon {

namespace {

const QString kNewest = QStringLiteral(
    "SELECT leaf, leaves, event_id FROM andon_audit_seal ORDER BY leaf DESC LIMIT 1");
const QString kHolding = QStringLiteral(
    "SELECT leaf, leaves, event_id, hashes FROM andon_audit_seal WHERE leaf <= ? ORDER BY leaf DESC LIMIT 1");
const QString kPlaces = QStringLiteral(
    "SELECT leaf, leaves, event_id FROM andon_audit_seal WHERE leaf <= ? ORDER BY leaf DESC LIMIT 1");
const QString kInsert = QStringLiteral(
    "INSERT INTO andon_audit_seal(leaf, leaves, event_id, hashes, hints) VALUES(?, ?, ?, ?, ?)");

constexpr qint64 kHashSize = sizeof(TreeHash);
/// No log is as long; what claims to be would make the numbers below overflow.
constexpr qint64 kMostLeaves = qint64{1} << 56;

[[noreturn]] void damaged(const QString &what)
{
    throw StorageError(StorageProblem::Corrupt,
                       QStringLiteral("The seals of this database are damaged. `andonctl verify` says where."), what);
}

SealTable::Run runOf(const StoredRow &row)
{
    SealTable::Run run;
    run.leaf = row.integer(0);
    run.count = row.integer(1);
    run.event = EventId(row.integer(2));
    return run;
}

bool isSound(const SealTable::Run &run)
{
    return run.leaf >= 0 && run.leaf < kMostLeaves && run.count > 0 && run.count <= SealTable::kMostInRun
        && run.event.value > 0 && run.event.value < kMostLeaves;
}

QByteArray bytesOf(std::string_view view)
{
    return QByteArray::fromRawData(view.data(), static_cast<qsizetype>(view.size()));
}

} // namespace

SealTable::SealTable(Database &database)
    : m_database(database)
{
}

qint64 SealTable::hashesBefore(qint64 leaf)
{
    return 2 * leaf - std::popcount(static_cast<quint64>(leaf));
}

std::optional<SealTable::Run> SealTable::lastRun()
{
    std::optional<Run> run;
    m_database.visit(kNewest, {}, [&](const StoredRow &row) {
        run = runOf(row);
        return false;
    });
    if (run && !isSound(*run))
        damaged(QStringLiteral("the newest run"));
    return run;
}

qint64 SealTable::size()
{
    const std::optional<Run> run = lastRun();
    return run ? run->leaf + run->count : 0;
}

EventId SealTable::lastEvent()
{
    const std::optional<Run> run = lastRun();
    return run ? EventId(run->event.value + run->count - 1) : EventId();
}

TreeHash SealTable::node(int level, qint64 index)
{
    const qint64 completedBy = ((index + 1) << level) - 1;
    std::optional<TreeHash> hash;
    m_database.visit(kHolding, {completedBy}, [&](const StoredRow &row) {
        const Run run = runOf(row);
        if (!isSound(run) || completedBy >= run.leaf + run.count)
            return false;
        const qint64 place = (hashesBefore(completedBy) + level - hashesBefore(run.leaf)) * kHashSize;
        const std::string_view hashes = row.text(3);
        if (static_cast<qint64>(hashes.size()) >= place + kHashSize)
            hash = treeHashFromBytes(hashes.substr(static_cast<std::size_t>(place), sizeof(TreeHash)));
        return false;
    });
    if (!hash)
        damaged(QStringLiteral("no node %1 at level %2").arg(index).arg(level));
    return *hash;
}

std::optional<EventId> SealTable::eventAt(qint64 leaf)
{
    std::optional<EventId> event;
    m_database.visit(kPlaces, {leaf}, [&](const StoredRow &row) {
        const Run run = runOf(row);
        if (isSound(run) && leaf < run.leaf + run.count)
            event = EventId(run.event.value + leaf - run.leaf);
        return false;
    });
    return event;
}

std::optional<qint64> SealTable::leafOf(EventId event)
{
    qint64 first = 0;
    qint64 last = size() - 1;
    qint64 probe = event.value - 1; // where it is in a log without gaps
    while (first <= last) {
        probe = std::clamp(probe, first, last);
        std::optional<Run> run;
        m_database.visit(kPlaces, {probe}, [&](const StoredRow &row) {
            run = runOf(row);
            return false;
        });
        if (!run || !isSound(*run) || probe >= run->leaf + run->count)
            damaged(QStringLiteral("no leaf %1").arg(probe));
        if (event < run->event)
            last = run->leaf - 1;
        else if (event.value >= run->event.value + run->count)
            first = run->leaf + run->count;
        else
            return run->leaf + (event.value - run->event.value);
        probe = first + (last - first) / 2;
    }
    return std::nullopt;
}

void SealTable::insert(const Run &run)
{
    m_database.change(kInsert, {run.leaf, run.count, run.event.value, bytesOf(run.hashes), bytesOf(run.hints)});
}

} // namespace andon
