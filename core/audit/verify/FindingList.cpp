// SPDX-License-Identifier: Apache-2.0
#include "core/audit/verify/FindingList.h"

#include <algorithm>
#include <vector>

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;

bool goesOn(const VerifyFinding &last, const VerifyFinding &next)
{
    const bool isOfRanges = next.kind == Kind::Missing || next.kind == Kind::Added || next.kind == Kind::SealEdited;
    return isOfRanges && last.event.value != 0 && next.event >= last.event
        && (next.event <= last.through || next.event.value - 1 == last.through.value) && last.detail == next.detail
        && last.proposal == next.proposal;
}

} // namespace

void FindingList::add(const VerifyFinding &finding, qint64 count)
{
    m_counts[finding.kind] += count;
    QList<VerifyFinding> &kept = m_kept[finding.kind];
    if (!kept.isEmpty() && goesOn(kept.last(), finding))
        kept.last().through = std::max(kept.last().through, finding.through);
    else if (kept.size() < VerifyReport::kMostFindings)
        kept << finding;
}

void FindingList::add(const FindingList &others)
{
    for (const auto &[kind, findings] : others.m_kept) {
        for (const VerifyFinding &finding : findings)
            add(finding, 0);
        m_counts[kind] += others.m_counts.value(kind);
    }
}

void FindingList::tell(VerifyReport *report) const
{
    report->counts = m_counts;
    std::vector<std::pair<qsizetype, Kind>> sizes;
    for (const auto &[kind, findings] : m_kept)
        sizes.emplace_back(findings.size(), kind);
    std::sort(sizes.begin(), sizes.end());
    std::map<Kind, qsizetype> shares;
    qsizetype room = VerifyReport::kMostFindings;
    qsizetype kindsLeft = static_cast<qsizetype>(sizes.size());
    for (const auto &[size, kind] : sizes) {
        shares[kind] = std::min(size, room / kindsLeft--);
        room -= shares[kind];
    }
    for (const auto &[kind, findings] : m_kept) {
        QList<VerifyFinding> sorted = findings;
        std::stable_sort(sorted.begin(), sorted.end(), [](const VerifyFinding &left, const VerifyFinding &right) {
            return left.event < right.event;
        });
        report->findings << sorted.mid(0, shares[kind]);
    }
}

} // namespace andon
