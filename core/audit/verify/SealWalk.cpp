// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/SealWalk.h"

#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

namespace {

/// No log is as long; what claims to be would make the numbers below overflow.
constexpr qint64 kBeyond = qint64{1} << 56;

/// Runs that are read at once: those of a part where nothing is special. A server sends all that it was asked for, also
/// to whoever has enough.
constexpr qint64 kRunsAtOnce = 144;
static_assert(kRunsAtOnce > SealPart::kMostLeaves / SealTable::kMostInRun);

const QString kRuns = QStringLiteral("SELECT leaf, leaves, event_id, hashes, hints FROM andon_audit_seal "
                                     "WHERE leaf >= ? AND leaf <= ? ORDER BY leaf LIMIT %1")
                          .arg(kRunsAtOnce);

std::size_t bytesOf(qint64 leaf, qint64 count)
{
    return static_cast<std::size_t>(SealTable::hashesBefore(leaf + count) - SealTable::hashesBefore(leaf))
        * sizeof(TreeHash);
}

VerifyFinding sealEdited(EventId event, EventId through, const QString &detail)
{
    VerifyFinding finding;
    finding.kind = VerifyFinding::Kind::SealEdited;
    finding.event = event;
    finding.through = through;
    finding.detail = detail;
    return finding;
}

} // namespace

bool SealWalk::isSane(const SealTable::Run &run)
{
    return run.leaf >= 0 && run.leaf < kBeyond && run.count > 0 && run.count <= SealTable::kMostInRun
        && run.event.value > 0 && run.event.value < kBeyond;
}

bool SealWalk::hasRightLength(const SealTable::Run &run)
{
    return run.hashes.size() == bytesOf(run.leaf, run.count);
}

qint64 SealWalk::room(const SealPart &part)
{
    return SealPart::kMostLeaves - part.firstLeaf % SealPart::kMostLeaves - part.leaves;
}

std::optional<SealPart> SealWalk::next(Database &database)
{
    const std::lock_guard lock(m_mutex);
    SealPart part;
    part.firstLeaf = m_placedLeaves;
    part.from = m_from;
    while (room(part) > 0) {
        if (!m_ready.empty()) {
            if (m_ready.front().kind == Item::Kind::Break && part.leaves > 0)
                break;
            place(database, &part);
        } else if (m_odd) {
            resolveOdd(database);
        } else if (!m_isAtEnd) {
            read(database, &part);
        } else {
            break;
        }
    }
    part.isInTree = !m_isBroken;
    part.through = m_lastPlaced;
    if (m_lastPlaced >= m_from)
        m_from = m_lastPlaced.next();
    if (part.leaves == 0)
        return std::nullopt;
    part.number = m_parts++;
    m_leaves += part.leaves;
    return part;
}

void SealWalk::read(Database &database, SealPart *part)
{
    bool isFull = false;
    qint64 runs = 0;
    const auto onRun = [&](const StoredRow &row) {
        ++runs;
        const SealTable::Run run{row.integer(0), row.integer(1), EventId(row.integer(2)), row.text(3), row.text(4)};
        m_key = run.leaf + (run.leaf < m_extent.newestKey ? 1 : 0);
        m_isAtEnd = run.leaf >= m_extent.newestKey;
        const bool areNumbers = row.kind(1) == StoredRow::Kind::Integer && row.kind(2) == StoredRow::Kind::Integer;
        if (!areNumbers || !isSane(run) || !hasRightLength(run) || run.leaf != m_nextLeaf) {
            m_odd = Item{Item::Kind::Run,       run.leaf, run.count, run.event, false, std::string(run.hashes),
                         std::string(run.hints)};
            return false;
        }
        accept(run);
        while (!m_ready.empty() && m_ready.front().kind == Item::Kind::Run && room(*part) > 0)
            placeRun(part);
        isFull = room(*part) == 0 || !m_ready.empty();
        return !isFull;
    };
    if (m_extent.hasTable && m_key <= m_extent.newestKey)
        database.visit(kRuns, {m_key, m_extent.newestKey}, onRun);
    if (!m_odd && !isFull && runs < kRunsAtOnce)
        m_isAtEnd = true;
    if (m_isAtEnd && !m_odd)
        atEnd(database);
}

/// Two runs may claim the same entries. The one that does not fit between its neighbours is the odd one.
void SealWalk::accept(const SealTable::Run &run)
{
    if (m_held && run.event <= m_held->last() && run.event > m_lastAccepted)
        m_held->isMisplaced = true;
    release();
    tellOddities();
    m_held.emplace(Item{Item::Kind::Run, run.leaf, run.count, run.event, run.event <= m_lastAccepted,
                        std::string(run.hashes), std::string(run.hints)});
    m_nextLeaf = run.leaf + run.count;
}

void SealWalk::release()
{
    if (!m_held)
        return;
    if (!m_held->isMisplaced)
        m_lastAccepted = m_held->last();
    m_ready.push_back(std::move(*m_held));
    m_held.reset();
}

void SealWalk::resolveOdd(Database &database)
{
    const Item odd = std::move(*m_odd);
    m_odd.reset();
    const SealTable::Run run{odd.leaf, odd.count, odd.event, odd.hashes, odd.hints};
    const bool isGap = isSane(run) && hasRightLength(run) && run.leaf > m_nextLeaf;
    const EventId before = m_held && !m_held->isMisplaced ? m_held->last() : m_lastAccepted;
    if (isGap && run.leaf - m_nextLeaf <= run.event.value - before.value - 1) {
        release();
        bridge(database, run.leaf, run.event);
        accept(run);
    } else {
        m_oddities.push_back({run.leaf, run.count, run.event, isSane(run)});
    }
    if (m_isAtEnd)
        atEnd(database);
}

/// Leaves are lost, up to a leaf and an event: their entries stand in for them, if they are as many.
void SealWalk::bridge(Database &database, qint64 untilLeaf, EventId untilEvent)
{
    m_oddities.clear();
    const qint64 lost = untilLeaf - m_nextLeaf;
    qint64 present = 0;
    EventId first = m_lastAccepted.next();
    EventId last(untilEvent.value - 1);
    {
        Statement entries = database.run(
            QStringLiteral("SELECT count(*), min(id), max(id) FROM action_audit_log WHERE id > ? AND id < ?"),
            {m_lastAccepted.value, untilEvent.value});
        entries.next();
        present = entries.integer(0);
        if (present == lost && lost > 0) {
            first = EventId(entries.integer(1));
            last = EventId(entries.integer(2));
        }
    }
    m_findings.add(sealEdited(first, last,
                              m_extent.hasTable ? QStringLiteral("they are damaged or gone")
                                                : QStringLiteral("the table of seals is gone")),
                   present == lost ? lost : std::max<qint64>(1, std::min(present, lost)));
    Item item;
    item.kind = present == lost ? Item::Kind::Lost : Item::Kind::Break;
    item.leaf = untilLeaf;
    item.count = lost;
    item.event = untilEvent;
    m_ready.push_back(std::move(item));
    m_nextLeaf = untilLeaf;
    m_lastAccepted = EventId(untilEvent.value - 1);
}

void SealWalk::atEnd(Database &database)
{
    release();
    if (!m_extent.hasTable && m_nextLeaf == 0 && m_extent.newestEntry.isValid()) {
        const qint64 newest = std::min(m_extent.newestEntry.value, std::numeric_limits<qint64>::max() - 1);
        const qint64 entries =
            database.scalar(QStringLiteral("SELECT count(*) FROM action_audit_log WHERE id > 0 AND id <= ?"), {newest})
                .toLongLong();
        bridge(database, entries, EventId(newest).next());
        return;
    }
    const auto fits = [this](const Oddity &odd) {
        return odd.isSane && odd.leaf >= m_nextLeaf && odd.event > m_lastAccepted
            && odd.leaf - m_nextLeaf < odd.event.value - m_lastAccepted.value;
    };
    const auto last = std::find_if(m_oddities.rbegin(), m_oddities.rend(), fits);
    if (last != m_oddities.rend()) {
        const Oddity odd = *last;
        bridge(database, odd.leaf + odd.count, EventId(odd.event.value + odd.count));
    }
    tellOddities();
}

void SealWalk::tellOddities()
{
    for (const Oddity &odd : m_oddities) {
        const bool isAboutEntries = odd.isSane;
        m_findings.add(
            sealEdited(isAboutEntries ? odd.event : EventId(),
                       isAboutEntries ? EventId(odd.event.value + odd.count - 1) : EventId(),
                       QStringLiteral("the run of seals that begins at leaf %1 makes no sense there").arg(odd.leaf)));
    }
    m_oddities.clear();
}

void SealWalk::place(Database &database, SealPart *part)
{
    Item &item = m_ready.front();
    switch (item.kind) {
    case Item::Kind::Run:
        placeRun(part);
        break;
    case Item::Kind::Lost:
        placeLost(database, part);
        break;
    case Item::Kind::Break:
        m_isBroken = true;
        m_placedLeaves = item.leaf;
        part->firstLeaf = item.leaf;
        m_lastPlaced = EventId(item.event.value - 1);
        m_from = item.event;
        part->from = item.event;
        m_ready.pop_front();
        break;
    }
}

void SealWalk::placeRun(SealPart *part)
{
    Item &item = m_ready.front();
    const qint64 count = std::min(item.count, room(*part));
    const std::size_t bytes = bytesOf(item.leaf, count);
    const bool hasHints = item.hints.size() % static_cast<std::size_t>(item.count) == 0;
    const std::size_t perLeaf = hasHints ? item.hints.size() / static_cast<std::size_t>(item.count) : 0;
    part->spans.push_back({count, item.event, false, item.isMisplaced, part->hints.size(), perLeaf});
    part->hashes.append(item.hashes, 0, bytes);
    part->hints.append(item.hints, 0, perLeaf * static_cast<std::size_t>(count));
    part->leaves += count;
    m_placedLeaves += count;
    if (!item.isMisplaced)
        m_lastPlaced = EventId(item.event.value + count - 1);
    if (count == item.count) {
        m_ready.pop_front();
        return;
    }
    item.leaf += count;
    item.count -= count;
    item.event = EventId(item.event.value + count);
    item.hashes.erase(0, bytes);
    item.hints = hasHints ? item.hints.substr(perLeaf * static_cast<std::size_t>(count)) : std::string();
}

void SealWalk::placeLost(Database &database, SealPart *part)
{
    Item &item = m_ready.front();
    const qint64 wanted = std::min(item.count, room(*part));
    qint64 found = 0;
    database.visit(QStringLiteral("SELECT id FROM action_audit_log WHERE id > ? AND id < ? ORDER BY id LIMIT ?"),
                   {m_lastPlaced.value, item.event.value, wanted}, [&](const StoredRow &row) {
                       const EventId event(row.integer(0));
                       if (found > 0 && event == m_lastPlaced.next())
                           ++part->spans.back().leaves;
                       else
                           part->spans.push_back({1, event, true, false, 0, 0});
                       m_lastPlaced = event;
                       ++found;
                       return true;
                   });
    part->hashes.append(bytesOf(m_placedLeaves, found), '\0');
    part->leaves += found;
    m_placedLeaves += found;
    item.count -= found;
    const bool isOver = item.count == 0;
    if (found < wanted) // somebody takes entries away at this very moment
        item.kind = Item::Kind::Break;
    else if (isOver)
        m_ready.pop_front();
}

} // namespace andon
