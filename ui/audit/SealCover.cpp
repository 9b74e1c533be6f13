// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/SealCover.h"

#include <algorithm>

namespace andon {

namespace {

using Kind = VerifyFinding::Kind;

/// Whether a finding that names no event, or that is not listed, may be about any of them.
bool touchesEvents(Kind kind)
{
    switch (kind) {
    case Kind::Edited:
    case Kind::Missing:
    case Kind::Added:
    case Kind::Reordered:
    case Kind::SealEdited:
    case Kind::CheckpointInconsistent:
    case Kind::CheckpointForged:
        return true;
    default:
        return false;
    }
}

/// Whether every event without a listed finding is known to be as it was sealed and signed.
bool clearsTheOthers(const VerifyReport &report)
{
    const bool isListedWhole = report.findings.size() < VerifyReport::kMostFindings;
    return report.vouchedFor()
        && std::none_of(report.findings.begin(), report.findings.end(), [isListedWhole](const VerifyFinding &each) {
               return touchesEvents(each.kind) && (each.event.value == 0 || !isListedWhole);
           });
}

} // namespace

void SealCover::setStatus(const SealStatus &status)
{
    m_isKnown = status.isKnown;
    m_sealedThrough = status.sealedThrough;
}

void SealCover::setReport(const VerifyReport &report)
{
    m_readThrough = report.through;
    m_verifiedThrough = clearsTheOthers(report) ? report.through : EventId();
    m_spans.clear();
    for (const VerifyFinding &finding : report.findings) {
        if (finding.event.value != 0 && finding.kind != Kind::Unsealed) // what is sealed by now, the status knows
            m_spans.push_back({finding.event, std::max(finding.event, finding.through), {}, finding});
    }
    std::stable_sort(m_spans.begin(), m_spans.end(), [](const Span &a, const Span &b) { return a.first < b.first; });
    EventId reach;
    for (Span &span : m_spans) {
        reach = std::max(reach, span.last);
        span.reach = reach;
    }
}

const VerifyFinding *SealCover::findingAt(EventId id) const
{
    auto span = std::upper_bound(m_spans.begin(), m_spans.end(), id,
                                 [](EventId wanted, const Span &each) { return wanted < each.first; });
    while (span != m_spans.begin()) {
        --span;
        if (span->last >= id)
            return &span->finding;
        if (span->reach < id)
            break;
    }
    return nullptr;
}

SealMark SealCover::markOf(EventId id) const
{
    if (id.value == 0)
        return SealMark::Unknown;
    if (const VerifyFinding *finding = findingAt(id))
        return finding->kind == Kind::EventWithoutProposal ? SealMark::Incomplete : SealMark::Alarm;
    if (!m_isKnown)
        return SealMark::Unknown;
    if (id > m_sealedThrough)
        return SealMark::Unsealed;
    return m_verifiedThrough.value != 0 && id <= m_verifiedThrough ? SealMark::Verified : SealMark::Sealed;
}

QString SealCover::wordFor(EventId id) const
{
    switch (markOf(id)) {
    case SealMark::Alarm:
        return tr("Tampered with");
    case SealMark::Incomplete:
        return tr("Found to be incomplete");
    case SealMark::Unsealed:
        return tr("Not sealed yet");
    case SealMark::Verified:
        return tr("Verified");
    case SealMark::Sealed:
        return tr("Sealed");
    default:
        return tr("Seal not known");
    }
}

QString SealCover::sentenceFor(EventId id) const
{
    if (const VerifyFinding *finding = findingAt(id))
        return andon::sentenceFor(*finding);
    switch (markOf(id)) {
    case SealMark::Unsealed:
        return tr("Not sealed yet: it could still be changed unnoticed.");
    case SealMark::Verified:
        return tr("Verified: it is as it was sealed, and a signed checkpoint vouches for the seals.");
    case SealMark::Sealed:
        return m_readThrough.value != 0 && id <= m_readThrough
            ? tr("Sealed. The last verification found nothing at this event, but not enough vouches for the seals "
                 "themselves.")
            : tr("Sealed, not verified since this window was opened.");
    default:
        return tr("Whether it is sealed is not known.");
    }
}

} // namespace andon
