// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/AuditPosition.h"

#include <algorithm>
#include <cmath>

namespace andon {

namespace {

int toPosition(double share)
{
    return int(std::lround(std::clamp(share, 0.0, 1.0) * AuditPosition::kScale));
}

/// The value by which an event is sorted.
QVariant valueOf(const AuditEvent &event, AuditOrder::By by)
{
    switch (by) {
    case AuditOrder::By::Time:
        return event.timestampText;
    case AuditOrder::By::Type:
        return event.eventType;
    case AuditOrder::By::Actor:
        return event.actor;
    case AuditOrder::By::Proposal:
        return event.proposalId ? QVariant(event.proposalId->value) : QVariant();
    case AuditOrder::By::Log:
        break;
    }
    return {};
}

/// As SQLite sorts: null first, then numbers, then text.
int compared(const QVariant &a, const QVariant &b)
{
    const auto rank = [](const QVariant &value) {
        return value.isNull() ? 0 : value.metaType().id() == QMetaType::QString ? 2 : 1;
    };
    if (rank(a) != rank(b) || rank(a) == 0)
        return rank(a) - rank(b);
    if (rank(a) == 2)
        return a.toString().compare(b.toString());
    const double difference = a.toDouble() - b.toDouble();
    return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

} // namespace

void AuditPosition::setOrder(const AuditOrder &order, const QList<AuditAnchor> &anchors)
{
    m_order = order;
    m_anchors = anchors;
}

bool AuditPosition::isCounted() const
{
    if (!m_findings)
        return false;
    const ScanFindings::Summary summary = m_findings->summary();
    return summary.isWhole && summary.found > 0;
}

double AuditPosition::shareOfId(EventId id) const
{
    double share = 0;
    if (isCounted())
        share = double(m_findings->newerThan(id)) / double(m_findings->summary().found);
    else if (span() > 0)
        share = double(m_extent.newest.value - id.value) / double(span());
    return m_order.isAscending ? 1 - share : share;
}

double AuditPosition::shareOfAnchors(const AuditEvent &event) const
{
    if (m_anchors.isEmpty())
        return 0;
    const QVariant value = valueOf(event, m_order.by);
    const EventId id = event.id.value_or(EventId());
    // Whether the mark stands before the event in the list.
    const auto isBefore = [&](const AuditAnchor &anchor) {
        int order = compared(anchor.value, value);
        if (order == 0)
            order = anchor.id < id ? -1 : anchor.id > id ? 1 : 0;
        return m_order.isAscending ? order < 0 : order > 0;
    };
    const auto at = std::partition_point(m_anchors.begin(), m_anchors.end(), isBefore);
    return double(at - m_anchors.begin()) / double(m_anchors.size());
}

int AuditPosition::ofEvent(const AuditEvent &event) const
{
    if (m_order.by != AuditOrder::By::Log)
        return toPosition(shareOfAnchors(event));
    return toPosition(shareOfId(event.id.value_or(EventId())));
}

EventId AuditPosition::eventAt(int position) const
{
    double share = std::clamp(double(position) / kScale, 0.0, 1.0);
    if (m_order.by != AuditOrder::By::Log) {
        if (m_anchors.isEmpty())
            return {};
        return m_anchors.at(std::min(m_anchors.size() - 1, qsizetype(share * double(m_anchors.size())))).id;
    }
    if (m_order.isAscending)
        share = 1 - share;
    if (isCounted())
        return m_findings->atRank(qint64(share * double(m_findings->summary().found - 1)));
    const double distance = double(span()) * share;
    // As a double the span may be more than it is, and more than fits.
    const qint64 ids = distance >= double(span()) ? span() : qint64(distance);
    return std::max(m_extent.oldest, EventId(m_extent.newest.value - ids));
}

int AuditPosition::ofRows(const AuditEvent &first, const AuditEvent &last, int rows) const
{
    double share = 1;
    if (isCounted())
        share = double(rows) / double(m_findings->summary().found);
    else if (span() > 0)
        share = std::abs(double(first.id.value_or(EventId()).value - last.id.value_or(EventId()).value))
            / double(span());
    return std::clamp(toPosition(share), 1, kScale);
}

} // namespace andon
