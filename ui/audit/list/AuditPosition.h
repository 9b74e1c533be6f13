// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditPage.h"
#include "core/audit/read/ScanFindings.h"

#include <QList>

#include <memory>

namespace andon {

/// Where in a list of any size an event stands, as an `int` that a scroll bar can hold: 0 is the first event of the
/// list, `kScale` the last.
///
/// By the number of matches above it, once a scan has counted them; until then by its id, as if matches were
/// spread evenly. In an order other than the log's by marks that were set at even distances.
class AuditPosition
{
public:
    static constexpr int kScale = 1'000'000'000;

    void setExtent(const AuditExtent &extent) { m_extent = extent; }
    [[nodiscard]] const AuditExtent &extent() const { return m_extent; }
    void setFindings(const std::shared_ptr<const ScanFindings> &findings) { m_findings = findings; }
    /// `anchors` belong to the order; none for the log's own.
    void setOrder(const AuditOrder &order, const QList<AuditAnchor> &anchors);

    [[nodiscard]] const AuditOrder &order() const { return m_order; }

    [[nodiscard]] int ofEvent(const AuditEvent &event) const;
    /// The event at a position, or one near it.
    [[nodiscard]] EventId eventAt(int position) const;
    /// How many positions so many listed events take, of which the first and the last are given.
    [[nodiscard]] int ofRows(const AuditEvent &first, const AuditEvent &last, int rows) const;

private:
    [[nodiscard]] bool isCounted() const;
    [[nodiscard]] qint64 span() const { return m_extent.newest.value - m_extent.oldest.value; }
    [[nodiscard]] double shareOfId(EventId id) const;
    [[nodiscard]] double shareOfAnchors(const AuditEvent &event) const;

    AuditExtent m_extent;
    AuditOrder m_order;
    QList<AuditAnchor> m_anchors;
    std::shared_ptr<const ScanFindings> m_findings;
};

} // namespace andon
