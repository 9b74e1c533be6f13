// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/timeline/ActivityTimeline.h"

#include "ui/Counted.h"
#include "ui/PlainTip.h"
#include "ui/Theme.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace andon {

namespace {

QDateTime utc(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC);
}

} // namespace

ActivityTimeline::ActivityTimeline(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("activityTimeline"));
    setAccessibleName(tr("Events over time"));
    setToolTip(tr("Drag to choose a range of time, click to go back"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize ActivityTimeline::sizeHint() const
{
    return {60 * Theme::kGrid, TimelinePainter::heightFor(font())};
}

QSize ActivityTimeline::minimumSizeHint() const
{
    return {15 * Theme::kGrid, TimelinePainter::heightFor(font())};
}

void ActivityTimeline::setHistogram(const ActivityHistogram &histogram)
{
    m_histogram = histogram;
    invalidate();
}

void ActivityTimeline::setWhole(bool isWhole)
{
    if (m_isWhole == isWhole)
        return;
    m_isWhole = isWhole;
    update();
}

QString ActivityTimeline::state() const
{
    if (m_isScanning)
        return tr("counting\u2026");
    return m_isWhole ? QString() : tr("part of the log");
}

void ActivityTimeline::setScanning(bool isScanning)
{
    m_isScanning = isScanning;
    update();
}

void ActivityTimeline::setZone(Qt::TimeSpec zone)
{
    m_zone = zone;
    invalidate();
}

void ActivityTimeline::setRange(const std::optional<QDateTime> &from, const std::optional<QDateTime> &to)
{
    const TimeRange range{from, to};
    if (range == m_range)
        return;
    m_range = range;
    m_keys.reset();
    invalidate();
}

void ActivityTimeline::invalidate()
{
    m_isStale = true;
    update();
}

const TimelinePainter &ActivityTimeline::painter()
{
    if (m_isStale)
        m_painter = TimelinePainter(m_histogram, m_range, m_zone, this);
    m_isStale = false;
    return m_painter;
}

/// The bars that the mouse has dragged over, or those of the keyboard's cursor.
std::optional<TimelinePainter::Span> ActivityTimeline::selected()
{
    const std::optional<Selection> &selection = m_isDragged ? m_drag : m_keys;
    const TimelineBars &bars = painter().bars();
    if (!selection || bars.isEmpty())
        return std::nullopt;
    const int anchor = bars.barAt(selection->anchorMs);
    const int cursor = bars.barAt(selection->cursorMs);
    return TimelinePainter::Span{std::min(anchor, cursor), std::max(anchor, cursor)};
}

void ActivityTimeline::paintEvent(QPaintEvent *)
{
    QPainter device(this);
    const TimelinePainter &timeline = painter();
    if (timeline.bars().isEmpty()) {
        QString sentence = m_isScanning ? tr("Counting events\u2026") : tr("No events to show over time.");
        if (m_histogram.undated() > 0)
            sentence = counted(m_histogram.undated(), tr("One event, and what is stored as its time is no time."),
                               tr("%1 events, and what is stored as their time is no time."));
        timeline.paintEmpty(device, sentence);
    } else {
        timeline.paintBars(device);
        timeline.paintRange(device, m_range);
        const auto span = selected();
        if (span) {
            timeline.paintSpan(device, *span, m_isDragged || span->first != span->last);
            timeline.paintSentence(device, timeline.words(*span, QStringLiteral(" \u00B7 ")));
        } else {
            timeline.paintCaption(device, state(), m_histogram.undated());
        }
    }
    if (hasFocus())
        Theme::paintFocusRing(device, rect(), palette().color(QPalette::Window));
}

void ActivityTimeline::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    invalidate();
}

void ActivityTimeline::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        invalidate();
}

bool ActivityTimeline::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const TimelinePainter &timeline = painter();
        if (!timeline.bars().isEmpty() && timeline.plot().adjusted(0, -1, 0, 1).contains(help->pos())) {
            const int bar = timeline.bars().barAt(timeline.momentAt(help->pos().x()));
            const QRect rect(timeline.xOf(timeline.bars().startMs(bar)), timeline.plot().top(),
                             timeline.xOf(timeline.bars().startMs(bar + 1))
                                 - timeline.xOf(timeline.bars().startMs(bar)),
                             timeline.plot().height());
            QToolTip::showText(help->globalPos(), plainTip(timeline.words({bar, bar}, QStringLiteral("\n"))), this,
                               rect);
            return true;
        }
    }
    return QWidget::event(event);
}

void ActivityTimeline::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    m_pressed = event->position().toPoint();
    const qint64 moment = painter().momentAt(m_pressed.x());
    m_drag = Selection{moment, moment};
    m_isDragged = false;
}

void ActivityTimeline::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_drag)
        return;
    const QPoint position = event->position().toPoint();
    m_drag->cursorMs = painter().momentAt(position.x());
    if (std::abs(position.x() - m_pressed.x()) >= QApplication::startDragDistance())
        m_isDragged = !painter().bars().isEmpty();
    if (m_isDragged)
        QToolTip::hideText();
    update();
}

void ActivityTimeline::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_drag)
        return;
    if (m_isDragged)
        choose();
    else
        emit backRequested();
    leave();
}

void ActivityTimeline::mouseDoubleClickEvent(QMouseEvent *event)
{
    event->accept(); // one step back, not two
}

void ActivityTimeline::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    update();
}

void ActivityTimeline::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    describe();
    update();
}

void ActivityTimeline::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    leave();
    update();
}

void ActivityTimeline::keyPressEvent(QKeyEvent *event)
{
    const int last = painter().bars().size() - 1;
    const bool isExtending = event->modifiers().testFlag(Qt::ShiftModifier);
    const int bar = m_keys ? painter().bars().barAt(m_keys->cursorMs) : -1;
    switch (event->key()) {
    case Qt::Key_Left:
        moveCursor(bar < 0 ? last : bar - 1, isExtending);
        break;
    case Qt::Key_Right:
        moveCursor(bar < 0 ? 0 : bar + 1, isExtending);
        break;
    case Qt::Key_Home:
        moveCursor(0, isExtending);
        break;
    case Qt::Key_End:
        moveCursor(last, isExtending);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose();
        break;
    case Qt::Key_Backspace:
        emit backRequested();
        break;
    case Qt::Key_Escape:
        if (leave())
            break;
        [[fallthrough]];
    default:
        QWidget::keyPressEvent(event);
    }
}

void ActivityTimeline::moveCursor(int bar, bool isExtending)
{
    const TimelineBars &bars = painter().bars();
    if (bars.isEmpty())
        return;
    // Just inside the bar, so that it stays in it when bars are joined.
    const qint64 moment = bars.startMs(std::clamp(bar, 0, bars.size() - 1));
    m_keys = Selection{isExtending && m_keys ? m_keys->anchorMs : moment, moment};
    describe();
    update();
}

void ActivityTimeline::choose()
{
    const auto span = selected();
    if (!span)
        return;
    const TimelineBars &bars = painter().bars();
    emit rangeChosen(utc(bars.startMs(span->first)), utc(bars.startMs(span->last + 1)));
}

/// Forgets the drag or the cursor; false where there was none.
bool ActivityTimeline::leave()
{
    const bool wasThere = m_drag || m_keys;
    if (m_drag)
        m_drag.reset();
    else
        m_keys.reset();
    m_isDragged = false;
    describe();
    update();
    return wasThere;
}

void ActivityTimeline::describe()
{
    const TimelineBars &bars = painter().bars();
    QString description = tr("No events to show over time.");
    if (const auto span = selected())
        description = painter().words(*span, QStringLiteral(", "));
    else if (!bars.isEmpty())
        description = painter().words({0, bars.size() - 1}, QStringLiteral(", "));
    if (description != accessibleDescription())
        setAccessibleDescription(description); // tells those who listen
}

} // namespace andon
