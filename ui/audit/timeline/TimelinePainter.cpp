// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/timeline/TimelinePainter.h"

#include "ui/Counted.h"
#include "ui/Theme.h"
#include "ui/audit/EventText.h"
#include "ui/audit/timeline/RangeHistory.h"
#include "ui/audit/timeline/TimelineStyle.h"

#include <QCoreApplication>
#include <QPainter>
#include <QWidget>

#include <algorithm>
#include <array>
#include <cmath>

namespace andon {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(andon::ActivityTimeline)
};

constexpr int kMargin = Theme::kGrid / 2;
constexpr int kMinBar = 3;
/// An axis of fewer bars would say little about time.
constexpr int kMinBars = 12;
constexpr int kMarkSize = 7;
constexpr int kMinAbnormal = 2;
constexpr qsizetype kMaxName = 32;

QString typeName(const QString &type)
{
    return EventText::visible(type, kMaxName);
}

} // namespace

TimelinePainter::TimelinePainter(const ActivityHistogram &histogram, const TimeRange &range, Qt::TimeSpec zone,
                                 QWidget *widget)
    : m_widget(widget)
    , m_theme(Theme::of(widget))
    , m_zone(zone)
    , m_font(Theme::smallFont(widget->font()))
    , m_size(widget->size())
{
    layOut(histogram, range);
    drawPicture(widget->devicePixelRatioF());
}

int TimelinePainter::heightFor(const QFont &body)
{
    constexpr int kPlot = 5 * Theme::kGrid;
    const int text = QFontMetrics(Theme::smallFont(body)).height();
    const int height = 2 * text + kPlot + 2 * kMargin;
    return std::max(10 * Theme::kGrid, (height + Theme::kGrid - 1) / Theme::kGrid * Theme::kGrid);
}

void TimelinePainter::layOut(const ActivityHistogram &histogram, const TimeRange &range)
{
    const QFontMetrics metrics(m_font);
    const QRect inner = QRect(QPoint(0, 0), m_size).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    m_caption = QRect(inner.left(), inner.top(), inner.width(), metrics.height());
    m_axis = QRect(inner.left(), inner.bottom() - metrics.height() + 1, inner.width(), metrics.height());
    m_plot = QRect(inner.left(), m_caption.bottom() + 2, inner.width(), m_axis.top() - m_caption.bottom() - 4);
    if (histogram.isEmpty())
        return;

    qint64 from = histogram.startMs(0);
    qint64 to = histogram.startMs(histogram.binCount());
    const qint64 wideFrom = range.from ? std::min(from, range.from->toMSecsSinceEpoch()) : from;
    const qint64 wideTo = range.to ? std::max(to, range.to->toMSecsSinceEpoch()) : to;
    // All that was chosen is shown, unless the events would shrink to nothing in it.
    constexpr qint64 kMostEmpty = 20;
    if ((wideTo - wideFrom) / kMostEmpty <= to - from) {
        from = wideFrom;
        to = wideTo;
    }
    const qint64 missing = std::max<qint64>(0, kMinBars * histogram.binMs() - (to - from));
    from -= missing / 2;
    to += missing - missing / 2;
    m_bars = TimelineBars(histogram, from, to, std::max(1, m_plot.width() / kMinBar));
    // The gutter for the largest number makes the plot narrower, which may make bars wider and the number longer.
    for (int round = 0; round < 2; ++round) {
        const int gutter = metrics.horizontalAdvance(QLocale().toString(m_bars.largest())) + kMargin;
        m_plot.setLeft(inner.left() + std::min(gutter, inner.width() / 3));
        m_bars = TimelineBars(histogram, from, to, std::max(1, m_plot.width() / kMinBar));
    }
    m_axis.setLeft(m_plot.left());
}

int TimelinePainter::xOf(qint64 momentMs) const
{
    if (m_bars.isEmpty())
        return m_plot.left();
    const qint64 inside = std::clamp(momentMs, m_bars.startMs(0), m_bars.endMs());
    const qreal share = qreal(inside - m_bars.startMs(0)) / qreal(m_bars.endMs() - m_bars.startMs(0));
    return m_plot.left() + qRound(share * m_plot.width());
}

qint64 TimelinePainter::momentAt(int x) const
{
    if (m_bars.isEmpty() || m_plot.width() < 1)
        return 0;
    const qreal share = std::clamp(qreal(x - m_plot.left()) / m_plot.width(), 0.0, 1.0);
    return m_bars.startMs(0)
        + std::min(qint64(share * qreal(m_bars.endMs() - m_bars.startMs(0))), m_bars.endMs() - m_bars.startMs(0) - 1);
}

QString TimelinePainter::words(const Span &span, const QString &separator) const
{
    std::array<qint64, ActivityHistogram::kMaxTypes> counts{};
    qint64 total = 0;
    for (int bar = span.first; bar <= span.last; ++bar) {
        for (size_t type = 0; type < counts.size(); ++type)
            counts[type] += m_bars.at(bar).counts[type];
        total += m_bars.at(bar).total;
    }
    QStringList parts{TimeAxis::range(m_bars.startMs(span.first), m_bars.startMs(span.last + 1), m_zone),
                      counted(total, Words::tr("1 event"), Words::tr("%1 events"))};
    for (qsizetype type = m_bars.types().size() - 1; type >= 0; --type) {
        const qint64 count = counts[size_t(type)];
        if (count > 0)
            parts
                << Words::tr("%1 %2", "type, count").arg(typeName(m_bars.types().at(type)), QLocale().toString(count));
    }
    return parts.join(separator);
}

void TimelinePainter::drawPicture(qreal ratio)
{
    if (m_bars.isEmpty() || m_plot.height() < 1)
        return;
    m_picture = QPixmap(m_size * ratio);
    m_picture.setDevicePixelRatio(ratio);
    m_picture.fill(Qt::transparent);
    QPainter painter(&m_picture);
    painter.setFont(m_font);
    drawAxis(painter);

    const QColor quiet = m_theme.quietText();
    painter.setPen(quiet);
    const int most = m_plot.top() + markLane();
    painter.fillRect(QRect(m_plot.left(), most, m_plot.width(), 1), m_theme.line());
    const int text = QFontMetrics(m_font).height();
    const QRect number(0, std::max(m_plot.top() - 1, most - text / 2), m_plot.left() - kMargin / 2, text);
    painter.drawText(number, Qt::AlignRight | Qt::AlignTop, QLocale().toString(m_bars.largest()));
    painter.fillRect(QRect(m_plot.left(), m_plot.bottom() + 1, m_plot.width(), 1), m_theme.line());
    for (int bar = 0; bar < m_bars.size(); ++bar) {
        if (m_bars.at(bar).total > 0)
            drawBar(painter, bar);
    }
}

/// Room above the bars for the marks of kill switches.
int TimelinePainter::markLane() const
{
    return m_bars.types().contains(EventType::kKillSwitch) ? kMarkSize + 1 : 0;
}

QColor TimelinePainter::chosenColor() const
{
    const QColor color = m_widget->palette().color(QPalette::Highlight);
    return m_theme.isDark() ? color.lighter(150) : color;
}

void TimelinePainter::drawBar(QPainter &painter, int bar) const
{
    const TimelineBars::Bar &counts = m_bars.at(bar);
    const QStringList &types = m_bars.types();
    const auto stop = types.indexOf(EventType::kKillSwitch);
    const int lane = markLane();
    const int room = m_plot.height() - lane;
    const int left = xOf(m_bars.startMs(bar));
    int width = xOf(m_bars.startMs(bar + 1)) - left;
    if (m_plot.width() >= (kMinBar + 2) * m_bars.size())
        --width; // apart from the next one
    const auto heightOf = [this, room](qint64 count) {
        return int(std::lround(qreal(count) / qreal(m_bars.largest()) * room));
    };

    // What is not normal is always seen, if need be at the cost of the rest.
    std::array<int, ActivityHistogram::kMaxTypes> heights{};
    qint64 normal = 0;
    int abnormalHeight = 0;
    for (qsizetype type = 0; type < types.size(); ++type) {
        const qint64 count = counts.counts[size_t(type)];
        if (!TimelineStyle::isAbnormal(types.at(type))) {
            normal += count;
        } else if (count > 0) {
            heights[size_t(type)] = std::max(kMinAbnormal, heightOf(count));
            abnormalHeight += heights[size_t(type)];
        }
    }
    int free = normal > 0 ? std::clamp(heightOf(counts.total) - abnormalHeight, 1, std::max(1, room - abnormalHeight))
                          : 0;
    qint64 leftOver = normal;
    int bottom = m_plot.bottom() + 1;
    for (qsizetype type = 0; type < types.size(); ++type) {
        const qint64 count = counts.counts[size_t(type)];
        if (count == 0)
            continue;
        int &height = heights[size_t(type)];
        if (!TimelineStyle::isAbnormal(types.at(type))) {
            height = int(std::lround(qreal(count) / qreal(leftOver) * free));
            leftOver -= count;
            free -= height;
        }
        if (height == 0)
            continue;
        bottom -= height;
        TimelineStyle::paint(painter, QRectF(left, bottom, width, height),
                             TimelineStyle::lookOf(types.at(type), int(type), m_theme));
    }
    if (stop >= 0 && counts.counts[size_t(stop)] > 0)
        TimelineStyle::paintStopMark(painter, left + width / 2.0, std::max(m_plot.top(), bottom - lane), kMarkSize,
                                     m_theme);
}

void TimelinePainter::drawAxis(QPainter &painter) const
{
    const QFontMetrics metrics(m_font);
    const TimeAxis axis(m_bars.startMs(0), m_bars.endMs(), m_plot.width(), m_zone);
    const QList<TimeAxis::Tick> ticks = axis.ticks(metrics);
    for (const TimeAxis::Tick &tick : ticks) {
        const int x = xOf(tick.momentMs);
        const int width = metrics.horizontalAdvance(tick.label);
        const int left = std::clamp(x - width / 2, m_plot.left(), std::max(m_plot.left(), m_plot.right() + 1 - width));
        painter.fillRect(QRect(std::min(x, m_plot.right()), m_plot.bottom() + 1, 1, 3), m_theme.quietText());
        painter.setPen(tick.isDate ? m_widget->palette().color(QPalette::WindowText) : m_theme.quietText());
        painter.drawText(QRect(left, m_axis.top(), width + 1, m_axis.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         tick.label);
    }
}

void TimelinePainter::paintBars(QPainter &painter) const
{
    painter.drawPixmap(0, 0, m_picture);
}

void TimelinePainter::paintRange(QPainter &painter, const TimeRange &range) const
{
    if (m_bars.isEmpty() || (!range.from && !range.to))
        return;
    const int left = range.from ? xOf(range.from->toMSecsSinceEpoch()) : m_plot.left();
    const int right = range.to ? xOf(range.to->toMSecsSinceEpoch()) : m_plot.right() + 1;
    const QColor color = chosenColor();
    painter.fillRect(QRect(left, m_plot.bottom() + 1, std::max(1, right - left), 2), color);
    // A post stands where a side is closed.
    if (range.from)
        painter.fillRect(QRect(left, m_plot.top(), 1, m_plot.height()), color);
    if (range.to)
        painter.fillRect(QRect(right - 1, m_plot.top(), 1, m_plot.height()), color);
}

void TimelinePainter::paintSpan(QPainter &painter, const Span &span, bool isFilled) const
{
    const int left = xOf(m_bars.startMs(span.first));
    const int right = xOf(m_bars.startMs(span.last + 1));
    const QRect rect(left, m_plot.top(), std::max(2, right - left), m_plot.height() + 1);
    const QColor color = chosenColor();
    if (isFilled) {
        QColor faint = color;
        faint.setAlpha(70);
        painter.fillRect(rect, faint);
    }
    painter.setPen(color);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(-1, -1, 0, 0));
}

void TimelinePainter::paintCaption(QPainter &painter, const QString &state, qint64 undated) const
{
    const QFontMetrics metrics(m_font);
    QString more;
    if (undated > 0)
        more += QStringLiteral(" \u00B7 ") + Words::tr("%1 without a time").arg(QLocale().toString(undated));
    if (!state.isEmpty())
        more += QStringLiteral(" \u00B7 ") + state;
    const QString span = TimeAxis::span(m_bars.widthMs());
    QString caption = Words::tr("Events per %1").arg(span) + more;
    if (metrics.horizontalAdvance(caption) > m_caption.width() / 2)
        caption = Words::tr("per %1").arg(span) + more;
    painter.setFont(m_font);
    painter.setPen(m_theme.quietText());
    const int legend = paintLegend(painter, m_caption.left() + metrics.horizontalAdvance(caption) + 2 * Theme::kGrid);
    const int width = legend - m_caption.left() - Theme::kGrid;
    painter.setPen(m_theme.quietText());
    painter.drawText(m_caption, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(caption, Qt::ElideRight, width));
}

/// Types from the top of the stack on, as many as fit to the right of `left`. Returns where it begins.
int TimelinePainter::paintLegend(QPainter &painter, int left) const
{
    const QFontMetrics metrics(m_font);
    const int swatch = metrics.ascent();
    const QStringList &types = m_bars.types();
    const auto widthOf = [&metrics, swatch](const QString &type) {
        return swatch + kMargin + metrics.horizontalAdvance(typeName(type)) + Theme::kGrid;
    };
    const auto restOf = [&types](qsizetype shown) { return QStringLiteral("+%1").arg(types.size() - shown); };
    const int room = m_caption.right() - left;
    int width = 0;
    qsizetype shown = 0;
    for (; shown < types.size(); ++shown) {
        const int wider = width + widthOf(types.at(types.size() - 1 - shown));
        const bool isLast = shown + 1 == types.size();
        if (wider + (isLast ? 0 : metrics.horizontalAdvance(restOf(shown + 1))) > room)
            break;
        width = wider;
    }
    const QString rest = shown < types.size() ? restOf(shown) : QString();
    int x = m_caption.right() - width - metrics.horizontalAdvance(rest);
    const int begin = x;
    for (qsizetype i = 0; i < shown; ++i) {
        const qsizetype place = types.size() - 1 - i;
        const QString &type = types.at(place);
        const QRect box(x, m_caption.center().y() - swatch / 2, swatch, swatch);
        if (type == EventType::kKillSwitch)
            TimelineStyle::paintStopMark(painter, box.center().x() + 0.5, box.top(), swatch, m_theme);
        else
            TimelineStyle::paint(painter, box, TimelineStyle::lookOf(type, int(place), m_theme));
        painter.setPen(m_theme.quietText());
        const QRect text(x + swatch + kMargin, m_caption.top(), m_caption.width(), m_caption.height());
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, typeName(type));
        x += widthOf(type);
    }
    painter.setPen(m_theme.quietText());
    painter.drawText(QRect(x, m_caption.top(), m_caption.width(), m_caption.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     rest);
    return begin;
}

void TimelinePainter::paintSentence(QPainter &painter, const QString &sentence) const
{
    const QFontMetrics metrics(m_font);
    painter.setFont(m_font);
    painter.setPen(m_widget->palette().color(QPalette::WindowText));
    painter.drawText(m_caption, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(sentence, Qt::ElideRight, m_caption.width()));
}

void TimelinePainter::paintEmpty(QPainter &painter, const QString &sentence) const
{
    painter.setFont(m_font);
    painter.setPen(m_theme.quietText());
    const QRect inner = m_caption.united(m_axis);
    painter.drawText(inner, Qt::AlignCenter | Qt::TextWordWrap, sentence);
    painter.fillRect(QRect(m_plot.left(), m_plot.bottom() + 1, m_plot.width(), 1), m_theme.line());
}

} // namespace andon
