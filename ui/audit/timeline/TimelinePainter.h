// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/Theme.h"
#include "ui/audit/timeline/TimeAxis.h"
#include "ui/audit/timeline/TimelineBars.h"

#include <QFont>
#include <QPalette>
#include <QPixmap>
#include <QRect>

#include <optional>

class QPainter;
class QWidget;

namespace andon {

struct TimeRange;

/// Where everything of the timeline is, and how it looks: bars, axis, caption, legend. The bars are painted once
/// into a picture and then only copied.
class TimelinePainter
{
public:
    /// A row of bars, both ends included.
    struct Span
    {
        int first = 0;
        int last = 0;
    };

    TimelinePainter() = default;
    TimelinePainter(const ActivityHistogram &histogram, const TimeRange &range, Qt::TimeSpec zone, QWidget *widget);

    [[nodiscard]] static int heightFor(const QFont &body);

    [[nodiscard]] const TimelineBars &bars() const { return m_bars; }
    [[nodiscard]] const QRect &plot() const { return m_plot; }
    [[nodiscard]] int xOf(qint64 momentMs) const;
    [[nodiscard]] qint64 momentAt(int x) const;
    /// The range of times and the counts of some bars in words, on lines or on one.
    [[nodiscard]] QString words(const Span &span, const QString &separator) const;

    void paintBars(QPainter &painter) const;
    /// What of the axis the filter has chosen.
    void paintRange(QPainter &painter, const TimeRange &range) const;
    void paintSpan(QPainter &painter, const Span &span, bool isFilled) const;
    /// The line above the bars: what a bar is, and the legend.
    /// `state` says how much of the log is counted; empty: all of it.
    void paintCaption(QPainter &painter, const QString &state, qint64 undated) const;
    /// The same line with a sentence instead.
    void paintSentence(QPainter &painter, const QString &sentence) const;
    void paintEmpty(QPainter &painter, const QString &sentence) const;

private:
    void layOut(const ActivityHistogram &histogram, const TimeRange &range);
    void drawPicture(qreal ratio);
    [[nodiscard]] int markLane() const;
    [[nodiscard]] QColor chosenColor() const;
    void drawBar(QPainter &painter, int bar) const;
    void drawAxis(QPainter &painter) const;
    [[nodiscard]] int paintLegend(QPainter &painter, int left) const;

    QWidget *m_widget = nullptr;
    Theme m_theme{QPalette()};
    Qt::TimeSpec m_zone = Qt::LocalTime;
    QFont m_font;
    QSize m_size;
    TimelineBars m_bars;
    QRect m_caption;
    QRect m_plot;
    QRect m_axis;
    QPixmap m_picture;
};

} // namespace andon
