// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/list/AuditPosition.h"

#include <QScrollBar>
#include <QTimer>

namespace andon {

class AuditPager;
class AuditTable;

/// The scroll bar beside the table: a position in the whole log, not in the rows that happen to be loaded.
///
/// Where the window holds the whole log it scrolls the table itself, to the pixel. Else its value is an
/// AuditPosition, and dragging it asks for the events there.
class AuditScrollBar : public QScrollBar
{
    Q_OBJECT

public:
    /// `table` and `pager` must outlive this.
    AuditScrollBar(AuditTable *table, AuditPager *pager, QWidget *parent = nullptr);

    void setExtent(const AuditExtent &extent);
    void setFindings(const std::shared_ptr<const ScanFindings> &findings);
    /// How the list is ordered, and marks through that order where it is not the log's own.
    void setOrder(const AuditOrder &order, const QList<AuditAnchor> &anchors);
    /// Looks again at where the table is.
    void refresh();

    [[nodiscard]] const AuditOrder &order() const { return m_map.order(); }
    [[nodiscard]] bool mapsWholeLog() const { return m_isMapped; }

signals:
    void topRequested();
    void bottomRequested();
    void eventRequested(andon::EventId id);

protected:
    void wheelEvent(QWheelEvent *event) override;

private:
    void onAction(int action);
    void requestSliderPosition();
    void mirrorTable();
    void mapWindow();

    AuditTable *m_table;
    AuditPager *m_pager;
    AuditPosition m_map;
    QTimer m_throttle; // a drag asks a few times a second, not once a pixel
    int m_wanted = 0;
    bool m_isMapped = false;
    bool m_awaitsAnchors = false; ///< a place was asked for before anybody knew where it is
};

} // namespace andon
