// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/HoldsView.h"

#include "ui/Counted.h"
#include "ui/safety/HoldRow.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QEvent>

namespace andon {

namespace {

constexpr qsizetype kRowsAtOnce = 4;

} // namespace

HoldsView::HoldsView(QWidget *parent)
    : QScrollArea(parent)
{
    setObjectName(QStringLiteral("holdsView"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    auto *list = new QWidget;
    m_column = new QVBoxLayout(list);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addStretch(1);
    setWidget(list);
    hide();
}

void HoldsView::setReadOnly(bool isReadOnly)
{
    m_isReadOnly = isReadOnly;
    for (HoldRow *row : std::as_const(m_rows))
        row->setReadOnly(isReadOnly);
}

void HoldsView::setHolds(const QList<Hold> &holds)
{
    if (m_holds == holds)
        return;
    const bool isMore = holds.size() > m_holds.size();
    m_holds = holds;
    makeRows(holds.size());
    for (qsizetype i = 0; i < holds.size(); ++i)
        m_rows.at(i)->setHold(holds.at(i));
    setVisible(!holds.isEmpty());
    setAccessibleName(counted(holds.size(), tr("1 hold stands"), tr("%1 holds stand")));
    updateGeometry();
    if (isMore) {
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void HoldsView::makeRows(qsizetype count)
{
    while (m_rows.size() > count)
        delete m_rows.takeLast();
    while (m_rows.size() < count) {
        auto *row = new HoldRow(widget());
        row->setReadOnly(m_isReadOnly);
        row->installEventFilter(this);
        connect(row, &HoldRow::resetDemanded, this, &HoldsView::resetDemanded);
        m_column->insertWidget(static_cast<int>(m_rows.size()), row);
        m_rows << row;
    }
}

int HoldsView::heightOf(qsizetype rows) const
{
    const int room = qMax(1, viewport()->width());
    int height = 0;
    for (qsizetype i = 0; i < qMin(rows, m_rows.size()); ++i)
        height += m_rows.at(i)->hasHeightForWidth() ? m_rows.at(i)->heightForWidth(room)
                                                    : m_rows.at(i)->sizeHint().height();
    return height;
}

QSize HoldsView::sizeHint() const
{
    return {widget()->sizeHint().width(), heightOf(kRowsAtOnce)};
}

QSize HoldsView::minimumSizeHint() const
{
    return {widget()->minimumSizeHint().width(), heightOf(1)};
}

bool HoldsView::eventFilter(QObject *watched, QEvent *event)
{
    // The new height of a row is the new height of this.
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::FontChange)
        updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

void HoldsView::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        updateGeometry();
}

} // namespace andon
