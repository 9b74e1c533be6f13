// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/PartVerifier.h"

#include "core/storage/Database.h"

#include <algorithm>
#include <cstring>

namespace andon {

namespace {

/// Entries between two looks at whether to go on.
constexpr qint64 kBetweenLooks = 256;

qint32 last(std::size_t size)
{
    return static_cast<qint32>(size) - 1;
}

} // namespace

/// Goes from seal to seal, in the order of the entries that they claim.
class PartVerifier::Cursor
{
public:
    explicit Cursor(const SealPart &part)
        : m_part(part)
    {
        skipMisplaced();
    }

    [[nodiscard]] bool isAtEnd() const { return m_span == m_part.spans.size(); }
    [[nodiscard]] const SealPart::Span &span() const { return m_part.spans[m_span]; }
    [[nodiscard]] EventId event() const { return EventId(span().event.value + m_inSpan); }
    /// Counted from the first of the part.
    [[nodiscard]] qint64 leaf() const { return m_leaf + m_inSpan; }
    [[nodiscard]] std::string_view hints() const
    {
        return std::string_view(m_part.hints)
            .substr(span().hintsAt + static_cast<std::size_t>(m_inSpan) * span().hintsPerLeaf, span().hintsPerLeaf);
    }

    void advance()
    {
        if (++m_inSpan < span().leaves)
            return;
        m_leaf += m_inSpan;
        m_inSpan = 0;
        ++m_span;
        skipMisplaced();
    }

private:
    void skipMisplaced()
    {
        for (; !isAtEnd() && span().isMisplaced; ++m_span)
            m_leaf += span().leaves;
    }

    const SealPart &m_part;
    std::size_t m_span = 0;
    qint64 m_leaf = 0; ///< the first of the span
    qint64 m_inSpan = 0;
};

PartVerifier::PartVerifier(Database &database, const EntryLayout &layout, const std::vector<qint64> &sizes,
                           const LeafRanges &archived, std::atomic<qint64> &done, const std::atomic_bool &isToStop)
    : m_database(database)
    , m_layout(layout)
    , m_columns(layout.columns())
    , m_select(QStringLiteral("SELECT %1 FROM action_audit_log WHERE id >= ? AND id <= ? ORDER BY id")
                   .arg(layout.selectList()))
    , m_sizes(sizes)
    , m_archived(archived)
    , m_done(done)
    , m_isToStop(isToStop)
{
}

PartResult PartVerifier::verify(SealPart part)
{
    m_part = std::move(part);
    m_suspectOf.assign(static_cast<std::size_t>(m_part.leaves), -1);
    m_entryOf.clear();
    PartResult result;
    result.firstLeaf = m_part.firstLeaf;
    result.leaves = m_part.leaves;
    result.isInTree = m_part.isInTree;
    result.number = m_part.number;
    result.firstEvent = m_part.spans.front().event;
    result.lastEvent = EventId(m_part.spans.back().event.value + m_part.spans.back().leaves - 1);
    readEntries(&result);
    addUnplaced(&result);
    if (result.isInTree && !m_isToStop)
        buildTree(&result);
    return result;
}

void PartVerifier::readEntries(PartResult *result)
{
    Cursor cursor(m_part);
    qint64 told = 0;
    if (m_part.from <= m_part.through) {
        m_database.visit(m_select, {m_part.from.value, m_part.through.value}, [&](const StoredRow &row) {
            compare(row, &cursor, result);
            if (++result->entries - told < kBetweenLooks)
                return true;
            m_done += result->entries - told;
            told = result->entries;
            return !m_isToStop.load(std::memory_order_relaxed);
        });
    }
    m_done += result->entries - told;
    while (!cursor.isAtEnd())
        passOver(&cursor, result);
}

TreeHash PartVerifier::sealedHash(qint64 leaf) const
{
    TreeHash hash;
    const char *place = m_part.hashes.data() + m_part.placeOf(m_part.firstLeaf + leaf);
    std::copy_n(reinterpret_cast<const unsigned char *>(place), hash.size(), hash.begin());
    return hash;
}

SuspectLeaf PartVerifier::suspect(const Cursor &cursor, SuspectLeaf::State state) const
{
    SuspectLeaf leaf;
    leaf.state = state;
    leaf.event = cursor.event();
    leaf.sealed = sealedHash(cursor.leaf());
    return leaf;
}

void PartVerifier::passOver(Cursor *cursor, PartResult *result)
{
    if (cursor->span().isLost) {
        result->isInTree = false; // somebody takes entries away at this very moment
    } else if (m_archived.contains(m_part.firstLeaf + cursor->leaf())) {
        ++result->archived;
    } else {
        result->suspectLeaves.push_back(suspect(*cursor, SuspectLeaf::State::NoEntry));
        m_entryOf.push_back(-1);
        m_suspectOf[static_cast<std::size_t>(cursor->leaf())] = last(result->suspectLeaves.size());
    }
    cursor->advance();
}

void PartVerifier::compare(const StoredRow &row, Cursor *cursor, PartResult *result)
{
    const EventId event(row.integer(0));
    while (!cursor->isAtEnd() && cursor->event() < event)
        passOver(cursor, result);
    m_layout.serialise(row, m_entry);
    const TreeHash hash = leafHash(m_entry);
    if (cursor->isAtEnd() || cursor->event() != event) {
        result->suspectEntries.push_back({event, hash, false});
        return;
    }
    char *place = m_part.hashes.data() + m_part.placeOf(m_part.firstLeaf + cursor->leaf());
    if (cursor->span().isLost) {
        std::memcpy(place, hash.data(), hash.size());
    } else if (std::memcmp(place, hash.data(), hash.size()) != 0) {
        result->suspectEntries.push_back({event, hash, true});
        result->suspectLeaves.push_back(suspect(*cursor, SuspectLeaf::State::Differs));
        result->suspectLeaves.back().columns = editedColumns(row, *cursor);
        m_entryOf.push_back(last(result->suspectEntries.size()));
        m_suspectOf[static_cast<std::size_t>(cursor->leaf())] = last(result->suspectLeaves.size());
    }
    cursor->advance();
}

QStringList PartVerifier::editedColumns(const StoredRow &row, const Cursor &cursor) const
{
    QByteArray now;
    m_layout.appendHints(row, now);
    const std::string_view sealed = cursor.hints();
    if (static_cast<qsizetype>(sealed.size()) != now.size())
        return {}; // the log had other columns then
    QStringList edited;
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        const auto at = static_cast<std::size_t>(i * EntryLayout::kHintSize);
        if (sealed.substr(at, EntryLayout::kHintSize) != std::string_view(now.constData() + at, EntryLayout::kHintSize))
            edited << m_columns.at(i);
    }
    return edited;
}

void PartVerifier::addUnplaced(PartResult *result)
{
    qint64 leaf = 0;
    for (const SealPart::Span &span : m_part.spans) {
        for (qint64 i = 0; span.isMisplaced && i < span.leaves; ++i) {
            SuspectLeaf unplaced;
            unplaced.state = SuspectLeaf::State::Unplaced;
            unplaced.event = EventId(span.event.value + i);
            unplaced.sealed = sealedHash(leaf + i);
            result->suspectLeaves.push_back(unplaced);
        }
        leaf += span.leaves;
    }
}

EventId PartVerifier::eventOf(qint64 leaf) const
{
    qint64 first = m_part.firstLeaf;
    for (const SealPart::Span &span : m_part.spans) {
        if (leaf < first + span.leaves)
            return EventId(span.event.value + leaf - first);
        first += span.leaves;
    }
    return {};
}

void PartVerifier::buildTree(PartResult *result)
{
    CheckedEdge edge;
    CheckedEdge::Discoveries discoveries;
    auto size = std::upper_bound(m_sizes.begin(), m_sizes.end(), m_part.firstLeaf);
    qint64 leaf = 0;
    for (const SealPart::Span &span : m_part.spans) {
        for (qint64 i = 0; i < span.leaves; ++i, ++leaf) {
            CheckedEdge::Node node;
            node.firstLeaf = m_part.firstLeaf + leaf;
            node.hash = sealedHash(leaf);
            const qint32 suspect = m_suspectOf[static_cast<std::size_t>(leaf)];
            if (suspect >= 0 && m_entryOf[static_cast<std::size_t>(suspect)] >= 0) {
                const qint32 entry = m_entryOf[static_cast<std::size_t>(suspect)];
                node.other = result->suspectEntries[static_cast<std::size_t>(entry)].hash;
                node.suspect = suspect;
            }
            const char *nodes = m_part.hashes.data() + m_part.placeOf(node.firstLeaf) + sizeof(TreeHash);
            edge.append(node, span.isLost ? nullptr : nodes, &discoveries);
            if (size != m_sizes.end() && *size == node.firstLeaf + 1) {
                PartResult::Inner inner{*size, {}};
                for (const CheckedEdge::Node &subtree : edge.nodes())
                    inner.subtrees.push_back(subtree.hash);
                result->inner.push_back(std::move(inner));
                ++size;
            }
        }
    }
    result->subtrees = edge.nodes();
    for (const qint64 suspect : discoveries.falseLeaves)
        result->suspectLeaves[static_cast<std::size_t>(suspect)].isFalse = true;
    for (const CheckedEdge::Discoveries::Mismatch &mismatch : discoveries.mismatches)
        result->mismatches.push_back({mismatch.level, eventOf(mismatch.firstLeaf),
                                      eventOf(mismatch.firstLeaf + (qint64{1} << mismatch.level) - 1)});
    if (m_part.leaves == SealPart::kMostLeaves && !m_part.spans.back().isLost) {
        const std::size_t own = m_part.placeOf(m_part.firstLeaf + m_part.leaves - 1)
            + (SealPart::kLevel + 1) * sizeof(TreeHash);
        result->above = m_part.hashes.substr(own);
    }
}

} // namespace andon
