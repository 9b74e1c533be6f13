// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditScrollBar.h"

#include "ui/audit/AuditPager.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/AuditTableModel.h"

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
    m_map.extent = extent;
    refresh();
}

void AuditScrollBar::refresh()
{
    if (isSliderDown())
        return; // the hand decides
    m_isMapped = m_pager->hasNewer() || m_pager->hasOlder();
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
    const EventId top = rows->idAt(m_table->firstVisibleRow());
    const EventId bottom = rows->idAt(m_table->lastVisibleRow());
    // The log may have grown since it was last measured.
    AuditPosition map = m_map;
    map.extent.newest = std::max(map.extent.newest, rows->newest());
    if (!map.extent.oldest.isValid() || rows->oldest() < map.extent.oldest)
        map.extent.oldest = rows->oldest();

    setRange(0, AuditPosition::kScale);
    const int page = map.ofDistance(top.value - bottom.value);
    setPageStep(page);
    setSingleStep(std::max(1, page / 8));
    if (m_table->isAtTop() && !m_pager->hasNewer())
        setValue(0);
    else if (m_table->isAtBottom() && !m_pager->hasOlder())
        setValue(AuditPosition::kScale);
    else
        setValue(std::clamp(map.ofEvent(top), 1, AuditPosition::kScale - 1));
}

void AuditScrollBar::onAction(int action)
{
    if (!m_isMapped)
        return;
    switch (action) {
    case SliderMove:
        m_wanted = sliderPosition();
        if (!m_throttle.isActive())
            m_throttle.start();
        return;
    case SliderToMinimum:
        emit newestRequested();
        break;
    case SliderToMaximum:
        emit oldestRequested();
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
        emit newestRequested();
    else if (m_wanted >= AuditPosition::kScale)
        emit oldestRequested();
    else
        emit eventRequested(m_map.eventAt(m_wanted));
}

void AuditScrollBar::wheelEvent(QWheelEvent *event)
{
    QCoreApplication::sendEvent(m_table->verticalScrollBar(), event);
}

} // namespace andon
