// SPDX-License-Identifier: Apache-2.0
#include "core/audit/archive/SealCursor.h"

#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

namespace {

constexpr qsizetype kRunsAtOnce = 64;

const QString kRuns = QStringLiteral(
                          "SELECT leaf, leaves, event_id, hashes, hints FROM andon_audit_seal WHERE leaf >= ? "
                          "ORDER BY leaf LIMIT %1")
                          .arg(kRunsAtOnce);
const QString kHolding = QStringLiteral("SELECT leaf FROM andon_audit_seal WHERE leaf <= ? ORDER BY leaf DESC LIMIT 1");

} // namespace

SealCursor::SealCursor(Database &database, qint64 leaf)
    : m_database(database)
    , m_next(m_database.scalar(kHolding, {leaf}).toLongLong())
{
}

TreeHash SealCursor::Run::hashOf(EventId one) const
{
    const qint64 at = SealTable::hashesBefore(leafOf(one)) - SealTable::hashesBefore(leaf);
    const auto begin = static_cast<std::size_t>(at) * sizeof(TreeHash);
    const std::optional<TreeHash> hash = begin < hashes.size()
        ? treeHashFromBytes(std::string_view(hashes).substr(begin, sizeof(TreeHash)))
        : std::nullopt;
    if (!hash)
        throw StorageError(StorageProblem::Corrupt,
                           QStringLiteral("The seals of this database are damaged. `andonctl verify` says where."));
    return *hash;
}

void SealCursor::read()
{
    qsizetype runs = 0;
    m_database.visit(kRuns, {m_next}, [&](const StoredRow &row) {
        m_runs.push_back({row.integer(0), row.integer(1), EventId(row.integer(2)), std::string(row.text(3)),
                          std::string(row.text(4))});
        m_next = row.integer(0) + std::max<qint64>(row.integer(1), 1);
        ++runs;
        return true;
    });
    m_isAtEnd = runs < kRunsAtOnce;
}

const SealCursor::Run *SealCursor::current()
{
    if (m_runs.empty() && !m_isAtEnd)
        read();
    return m_runs.empty() ? nullptr : &m_runs.front();
}

void SealCursor::skip()
{
    if (current())
        m_runs.pop_front();
}

const SealCursor::Run *SealCursor::find(EventId event)
{
    for (const Run *run = current(); run; run = current()) {
        if (event < run->event)
            return nullptr;
        if (event.value < run->event.value + run->count)
            return run;
        skip();
    }
    return nullptr;
}

} // namespace andon
