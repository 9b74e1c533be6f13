// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/AuditScrollBar.h"

#include "ui/audit/list/AuditPager.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"

#include <QCoreApplication>
#include <QSignalBlocker>
#include <QWheelEvent>

#include <chrono>

namespace andon {

using namespace std::chrono_literals;

AuditScrollBar::AuditScrollBar(AuditTable *table, AuditPager *pager, QWidget *parent)
    : QScrollBar(Qt::Vertical, parent)
    , m_table(table)
    , m_pager(pager)
{
    setObjectName(QStringLiteral("auditScrollBar"));
    setAccessibleName(tr("Position in the audit log"));
    setContextMenuPolicy(Qt::NoContextMenu);
    m_throttle.setSingleShot(true);
    m_throttle.setInterval(40ms);
    connect(&m_throttle, &QTimer::timeout, this, &AuditScrollBar::requestSliderPosition);
    connect(this, &QAbstractSlider::actionTriggered, this, &AuditScrollBar::onAction);
    connect(this, &QAbstractSlider::valueChanged, this, [this](int value) {
        if (!m_isMapped)
            m_table->verticalScrollBar()->setValue(value);
    });
    connect(this, &QAbstractSlider::sliderReleased, this, [this] {
        if (m_isMapped && m_throttle.isActive()) {
            m_throttle.stop();
            requestSliderPosition();
        }
    });
}

void AuditScrollBar::setExtent(const AuditExtent &extent)
{
    m_map.setExtent(extent);
    refresh();
}

void AuditScrollBar::setFindings(const std::shared_ptr<const ScanFindings> &findings)
{
    m_map.setFindings(findings);
    refresh();
}

void AuditScrollBar::setOrder(const AuditOrder &order, const QList<AuditAnchor> &anchors)
{
    const bool isAwaited = m_awaitsAnchors && !anchors.isEmpty();
    m_awaitsAnchors = false;
    m_map.setOrder(order, anchors);
    if (isAwaited)
        requestSliderPosition();
    refresh();
}

void AuditScrollBar::refresh()
{
    if (isSliderDown())
        return; // the hand decides
    m_isMapped = m_pager->hasAbove() || m_pager->hasBelow();
    const QSignalBlocker quiet(this);
    if (m_isMapped)
        mapWindow();
    else
        mirrorTable();
    update();
}

void AuditScrollBar::mirrorTable()
{
    const QScrollBar *rows = m_table->verticalScrollBar();
    setRange(rows->minimum(), rows->maximum());
    setPageStep(rows->pageStep());
    setSingleStep(rows->singleStep());
    setValue(rows->value());
}

void AuditScrollBar::mapWindow()
{
    const AuditTableModel *rows = m_table->auditModel();
    const int first = m_table->firstVisibleRow();
    const int last = m_table->lastVisibleRow();
    if (first < 0 || last < first)
        return;
    // The log may have grown since it was last measured.
    AuditPosition map = m_map;
    if (rows->order() == AuditOrder()) {
        AuditExtent extent = map.extent();
        extent.newest = std::max(extent.newest, rows->first());
        if (!extent.oldest.isValid() || rows->last() < extent.oldest)
            extent.oldest = rows->last();
        map.setExtent(extent);
    }

    setRange(0, AuditPosition::kScale);
    const int page = map.ofRows(rows->eventAt(first), rows->eventAt(last), last - first + 1);
    setPageStep(page);
    setSingleStep(std::max(1, page / 8));
    if (m_table->isAtTop() && !m_pager->hasAbove())
        setValue(0);
    else if (m_table->isAtBottom() && !m_pager->hasBelow())
        setValue(AuditPosition::kScale);
    else
        setValue(std::clamp(map.ofEvent(rows->eventAt(first)), 1, AuditPosition::kScale - 1));
}

void AuditScrollBar::onAction(int action)
{
    if (!m_isMapped)
        return;
    m_awaitsAnchors = false;
    switch (action) {
    case SliderMove:
        m_wanted = sliderPosition();
        if (!m_throttle.isActive())
            m_throttle.start();
        return;
    case SliderToMinimum:
        emit topRequested();
        break;
    case SliderToMaximum:
        emit bottomRequested();
        break;
    default: // lines and pages are the table's
        m_table->verticalScrollBar()->triggerAction(SliderAction(action));
        break;
    }
    setSliderPosition(value());
}

void AuditScrollBar::requestSliderPosition()
{
    if (m_wanted <= 0)
        emit topRequested();
    else if (m_wanted >= AuditPosition::kScale)
        emit bottomRequested();
    else if (const EventId id = m_map.eventAt(m_wanted); id.isValid())
        emit eventRequested(id);
    else
        m_awaitsAnchors = m_map.order().by != AuditOrder::By::Log;
}

void AuditScrollBar::wheelEvent(QWheelEvent *event)
{
    QCoreApplication::sendEvent(m_table->verticalScrollBar(), event);
}

} // namespace andon
