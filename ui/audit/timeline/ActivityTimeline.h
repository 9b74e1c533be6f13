// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/ActivityHistogram.h"
#include "ui/audit/timeline/RangeHistory.h"
#include "ui/audit/timeline/TimelinePainter.h"

#include <QWidget>

#include <optional>

namespace andon {

/// How many events happened when, by type: bars over a line of time.
///
/// Dragging over them, or Shift with the arrow keys and Enter, chooses a range of whole bars; a click or Backspace
/// goes back. What is under the cursor or dragged over is said in words in the place of the legend.
class ActivityTimeline : public QWidget
{
    Q_OBJECT

public:
    explicit ActivityTimeline(QWidget *parent = nullptr);

    /// May be called often: nothing is computed before it is painted.
    void setHistogram(const ActivityHistogram &histogram);
    /// Whether more is still being counted.
    void setScanning(bool isScanning);
    /// Whether all that matches is counted. Where it is not and nothing goes on, that is said.
    void setWhole(bool isWhole);
    /// Qt::LocalTime or Qt::UTC.
    void setZone(Qt::TimeSpec zone);
    /// The range of time that the filter has chosen already.
    void setRange(const std::optional<QDateTime> &from, const std::optional<QDateTime> &to);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// UTC; `to` is exclusive.
    void rangeChosen(const QDateTime &from, const QDateTime &to);
    void backRequested();

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    /// Moments and not bars: bars are joined anew while the log is read.
    struct Selection
    {
        qint64 anchorMs = 0;
        qint64 cursorMs = 0;
    };

    void invalidate();
    const TimelinePainter &painter();
    [[nodiscard]] std::optional<TimelinePainter::Span> selected();
    void moveCursor(int bar, bool isExtending);
    void choose();
    bool leave();
    void describe();
    [[nodiscard]] QString state() const;

    ActivityHistogram m_histogram;
    TimelinePainter m_painter;
    bool m_isStale = true;
    bool m_isScanning = false;
    bool m_isWhole = true;
    Qt::TimeSpec m_zone = Qt::LocalTime;
    TimeRange m_range;

    std::optional<Selection> m_keys; ///< where the keyboard is
    std::optional<Selection> m_drag; ///< where the mouse was pressed and is
    QPoint m_pressed;
    bool m_isDragged = false; ///< moved far enough to mean a range
};

} // namespace andon
