// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/Suspects.h"

#include "core/storage/Database.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;
using State = SuspectLeaf::State;

VerifyFinding findingOf(Kind kind, EventId event, const QString &detail, const QStringList &columns)
{
    VerifyFinding finding;
    finding.kind = kind;
    finding.event = event;
    finding.through = event;
    finding.detail = detail;
    finding.columns = columns;
    return finding;
}

/// What a seal that fits nothing says, whose entry has not been found elsewhere.
VerifyFinding plainFinding(const SuspectLeaf &leaf, Suspects::InPlace inPlace)
{
    if (leaf.isFalse)
        return findingOf(Kind::SealEdited, leaf.event, QStringLiteral("the entry is what the seals above were made of"),
                         {});
    if (leaf.state == State::Unplaced || inPlace == Suspects::InPlace::Genuine)
        return findingOf(Kind::SealEdited, leaf.event, QStringLiteral("other seals claim the same entry"), {});
    if (leaf.state == State::Differs && inPlace == Suspects::InPlace::Unknown)
        return findingOf(Kind::Edited, leaf.event, {}, leaf.columns);
    return findingOf(Kind::Missing, leaf.event, {}, {});
}

} // namespace

void Suspects::tell(Kind kind, EventId event, const QString &detail, const QStringList &columns)
{
    m_told.push_back(findingOf(kind, event, detail, columns));
}

void Suspects::add(PartResult &part)
{
    if (part.suspectLeaves.empty() && part.suspectEntries.empty())
        return;
    if (m_leaves.size() + part.suspectLeaves.size() > kMost || m_entries.size() + part.suspectEntries.size() > kMost)
        m_isBelowLimit = false;
    if (!m_isBelowLimit) {
        for (const SuspectLeaf &leaf : part.suspectLeaves)
            m_overflow.add(plainFinding(leaf, InPlace::Unknown));
        for (const SuspectEntry &entry : part.suspectEntries) {
            if (!entry.isSealed)
                m_overflow.add(findingOf(Kind::Added, entry.event, {}, {}));
        }
        return;
    }
    // Both are in the order of their events: those of an entry that differs meet.
    std::map<qint64, std::size_t> sealedEntries;
    for (const SuspectEntry &entry : part.suspectEntries) {
        if (entry.isSealed)
            sealedEntries.emplace(entry.event.value, m_entries.size());
        Entry added;
        static_cast<SuspectEntry &>(added) = entry;
        m_entries.push_back(added);
    }
    for (SuspectLeaf &leaf : part.suspectLeaves) {
        Leaf added;
        if (leaf.state == State::Differs) {
            added.entry = sealedEntries.at(leaf.event.value);
            m_entries[added.entry].leaf = m_leaves.size();
        }
        static_cast<SuspectLeaf &>(added) = std::move(leaf);
        m_leaves.push_back(std::move(added));
    }
}

FindingList Suspects::resolve(Database &database, const EntryLayout &layout)
{
    findByHash();
    findMoved(database, layout);
    tellRest();
    std::stable_sort(m_told.begin(), m_told.end(), [](const VerifyFinding &left, const VerifyFinding &right) {
        return std::tie(left.kind, left.event) < std::tie(right.kind, right.event);
    });
    FindingList findings;
    for (const VerifyFinding &finding : m_told)
        findings.add(finding);
    findings.add(m_overflow);
    return findings;
}

void Suspects::findByHash()
{
    std::multimap<TreeHash, std::size_t> seals;
    for (std::size_t i = 0; i < m_leaves.size(); ++i)
        seals.emplace(m_leaves[i].sealed, i);
    for (Entry &entry : m_entries) {
        const auto seal = seals.find(entry.hash);
        if (seal == seals.end())
            continue;
        Leaf &leaf = m_leaves[seal->second];
        seals.erase(seal);
        leaf.isFound = true;
        entry.isFound = true;
        entry.isGenuine = true;
        if (leaf.event != entry.event)
            tell(Kind::SealEdited, entry.event, QStringLiteral("the table of seals has it under another entry"));
    }
}

void Suspects::findMoved(Database &database, const EntryLayout &layout)
{
    std::vector<std::size_t> seals;
    for (std::size_t i = 0; i < m_leaves.size() && seals.size() < kMostTried; ++i) {
        if (!m_leaves[i].isFound && !m_leaves[i].isFalse && m_leaves[i].state != State::Unplaced)
            seals.push_back(i);
    }
    if (seals.empty())
        return;
    for (const EventId event : m_unsealed) {
        Entry entry;
        entry.event = event;
        entry.isUnsealed = true;
        m_entries.push_back(entry);
    }
    const QString select = QStringLiteral("SELECT %1 FROM action_audit_log WHERE id = ?").arg(layout.selectList());
    std::string text;
    std::size_t tried = 0;
    for (Entry &entry : m_entries) {
        const bool isSealEdited = entry.leaf != kNone && m_leaves[entry.leaf].isFalse;
        if (entry.isFound || isSealEdited || (!entry.isUnsealed && ++tried > kMostTried))
            continue;
        database.visit(select, {entry.event.value}, [&](const StoredRow &row) {
            for (const std::size_t i : seals) {
                Leaf &leaf = m_leaves[i];
                if (leaf.isFound || leaf.event == entry.event)
                    continue;
                layout.serialise(row, text, leaf.event);
                if (leafHash(text) != leaf.sealed)
                    continue;
                leaf.isFound = true;
                entry.isFound = true;
                tell(Kind::Reordered, entry.event, QStringLiteral("entry %1").arg(leaf.event.toString()));
                break;
            }
            return false;
        });
    }
}

void Suspects::tellRest()
{
    for (const Leaf &leaf : m_leaves) {
        if (leaf.isFound)
            continue;
        const Entry *entry = leaf.entry == kNone ? nullptr : &m_entries[leaf.entry];
        const InPlace inPlace = !entry || !entry->isFound ? InPlace::Unknown
            : entry->isGenuine                            ? InPlace::Genuine
                                                          : InPlace::Moved;
        m_told.push_back(plainFinding(leaf, inPlace));
    }
    for (const Entry &entry : m_entries) {
        const bool isOwnSealElsewhere = entry.leaf != kNone && m_leaves[entry.leaf].isFound;
        if (!entry.isFound && !entry.isUnsealed && (entry.leaf == kNone || isOwnSealElsewhere))
            tell(Kind::Added, entry.event);
    }
}

} // namespace andon
