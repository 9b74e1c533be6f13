// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/filter/FilterOverlay.h"

#include "ui/Theme.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>

namespace andon {

FilterOverlay::FilterOverlay(QWidget *anchor)
    : QFrame(anchor)
    , m_anchor(anchor)
{
    setAutoFillBackground(true);
    setContentsMargins(1, 1, 1, 1);
    hide();
    anchor->installEventFilter(this);
}

void FilterOverlay::open(int left, const QSize &wanted)
{
    QWidget *window = m_anchor->window();
    if (parentWidget() != window)
        setParent(window);
    if (m_window != window) {
        if (m_window)
            m_window->removeEventFilter(this);
        m_window = window;
        window->installEventFilter(this);
    }
    const QPoint top = m_anchor->mapTo(window, QPoint(left, 0));
    const int bottom = top.y() + m_anchor->height();
    const int width = std::min(wanted.width(), window->width());
    const int below = window->height() - bottom;
    const bool isBelow = wanted.height() <= below || below >= top.y();
    const int height = std::min(wanted.height(), isBelow ? below : top.y());
    setGeometry(std::clamp(top.x(), 0, window->width() - width), isBelow ? bottom : top.y() - height, width, height);
    raise();
    show();
}

bool FilterOverlay::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::Hide:
    case QEvent::Move:
    case QEvent::Resize:
        hide();
        break;
    case QEvent::WindowDeactivate:
        if (watched == m_window)
            hide();
        break;
    default:
        break;
    }
    return QFrame::eventFilter(watched, event);
}

void FilterOverlay::hideEvent(QHideEvent *event)
{
    QFrame::hideEvent(event);
    emit closed();
}

void FilterOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QColor text = palette().color(QPalette::WindowText);
    QColor edge = text;
    edge.setAlphaF(0.5F);
    painter.setPen(edge);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace andon
