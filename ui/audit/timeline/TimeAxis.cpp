// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/timeline/TimeAxis.h"

#include "ui/Theme.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFontMetrics>
#include <QLocale>

#include <algorithm>

namespace andon {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(andon::TimeAxis)
};

constexpr qint64 kSecond = 1000;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
/// No axis has more marks than this, however wide it is.
constexpr int kMaxTicks = 200;

QDateTime at(qint64 ms, Qt::TimeSpec zone)
{
    return QDateTime::fromMSecsSinceEpoch(ms, zone);
}

QString dayMonth(const QDateTime &moment)
{
    return QLocale().toString(moment.date(), QStringLiteral("d MMM"));
}

QString clock(const QDateTime &moment, bool withSeconds)
{
    return moment.toString(withSeconds ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

qint64 floorDiv(qint64 value, qint64 width)
{
    return value >= 0 ? value / width : -((-value + width - 1) / width);
}

} // namespace

TimeAxis::TimeAxis(qint64 fromMs, qint64 toMs, int width, Qt::TimeSpec zone)
    : m_fromMs(fromMs)
    , m_toMs(std::max(toMs, fromMs + 1))
    , m_width(width)
    , m_zone(zone)
{
}

QList<TimeAxis::Tick> TimeAxis::ticks(const QFontMetrics &metrics) const
{
    static constexpr qint64 kSteps[] = {
        kSecond,     2 * kSecond, 5 * kSecond,  10 * kSecond, 15 * kSecond, 30 * kSecond, kMinute,
        2 * kMinute, 5 * kMinute, 10 * kMinute, 15 * kMinute, 30 * kMinute, kHour,        2 * kHour,
        3 * kHour,   6 * kHour,   12 * kHour,   kDay,         2 * kDay,     7 * kDay,     14 * kDay,
    };
    static constexpr int kMonths[] = {1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000};
    QList<Tick> found;
    for (const qint64 ms : kSteps) {
        if ((m_toMs - m_fromMs) / ms > kMaxTicks)
            continue;
        found = ticksEvery({ms, 0});
        if (fits(found, metrics))
            return found;
    }
    for (const int months : kMonths) {
        if ((m_toMs - m_fromMs) / (months * 28 * kDay) > kMaxTicks)
            continue;
        found = monthTicks(months);
        if (fits(found, metrics))
            return found;
    }
    return {};
}

QList<TimeAxis::Tick> TimeAxis::ticksEvery(const Step &step) const
{
    // Counted on the zone's clock, so that marks stay at round times when the clock is changed.
    const qint64 offset = qint64(at(m_fromMs, m_zone).offsetFromUtc()) * kSecond;
    QList<Tick> found;
    qint64 last = m_fromMs - 1;
    for (qint64 i = floorDiv(m_fromMs + offset, step.ms); found.size() <= kMaxTicks; ++i) {
        const QDateTime wall = at(i * step.ms, Qt::UTC);
        const QDateTime moment(wall.date(), wall.time(), m_zone);
        const qint64 ms = moment.toMSecsSinceEpoch();
        if (ms >= m_toMs)
            break;
        if (ms <= last)
            continue;
        last = ms;
        found << Tick{ms, label(moment, step), moment.time() == QTime(0, 0)};
    }
    nameTheDay(found);
    return found;
}

QList<TimeAxis::Tick> TimeAxis::monthTicks(int months) const
{
    QList<Tick> found;
    const QDate first = at(m_fromMs, m_zone).date();
    int month = (first.year() * 12 + first.month() - 1) / months * months;
    for (; found.size() <= kMaxTicks; month += months) {
        const QDate date(month / 12, month % 12 + 1, 1);
        if (!date.isValid())
            continue;
        const QDateTime moment(date, QTime(0, 0), m_zone);
        if (moment.toMSecsSinceEpoch() >= m_toMs)
            break;
        if (moment.toMSecsSinceEpoch() >= m_fromMs)
            found << Tick{moment.toMSecsSinceEpoch(), label(moment, {0, months}), true};
    }
    // Where no mark says which year it is, the first one does.
    const auto isYear = [this](const Tick &tick) { return at(tick.momentMs, m_zone).date().month() == 1; };
    if (!found.isEmpty() && std::none_of(found.cbegin(), found.cend(), isYear))
        found.first().label += u' ' + QString::number(at(found.constFirst().momentMs, m_zone).date().year());
    return found;
}

QString TimeAxis::label(const QDateTime &moment, const Step &step)
{
    if (step.months >= 12)
        return QString::number(moment.date().year());
    if (step.months > 0)
        return moment.date().month() == 1 ? QString::number(moment.date().year())
                                          : QLocale().toString(moment.date(), QStringLiteral("MMM"));
    if (moment.time() == QTime(0, 0))
        return dayMonth(moment);
    return clock(moment, step.ms < kMinute);
}

/// Where no mark says which day it is, the first one does.
void TimeAxis::nameTheDay(QList<Tick> &ticks) const
{
    const bool isNamed = std::any_of(ticks.cbegin(), ticks.cend(), [](const Tick &tick) { return tick.isDate; });
    if (!isNamed && !ticks.isEmpty())
        ticks.first().label = dayMonth(at(ticks.constFirst().momentMs, m_zone)) + u' ' + ticks.constFirst().label;
}

bool TimeAxis::fits(const QList<Tick> &ticks, const QFontMetrics &metrics) const
{
    // Labels stand in the middle of their marks, but inside the axis.
    qreal free = 0;
    for (const Tick &tick : ticks) {
        const qreal width = metrics.horizontalAdvance(tick.label);
        const qreal x = qreal(tick.momentMs - m_fromMs) / qreal(m_toMs - m_fromMs) * m_width;
        const qreal left = std::max<qreal>(0, std::min(x - width / 2, m_width - width));
        if (left < free || left + width > m_width)
            return false;
        free = left + width + Theme::kGrid;
    }
    return true;
}

QString TimeAxis::range(qint64 fromMs, qint64 toMs, Qt::TimeSpec zone)
{
    const QDateTime from = at(fromMs, zone);
    const QDateTime to = at(toMs, zone);
    const bool withSeconds = fromMs % kMinute != 0 || toMs % kMinute != 0;
    const bool isWholeDays = from.time() == QTime(0, 0) && to.time() == QTime(0, 0);
    QString day = dayMonth(from);
    if (from.date().year() != QDate::currentDate().year())
        day += u' ' + QString::number(from.date().year());
    if (isWholeDays && from.daysTo(to) == 1)
        return day;
    if (isWholeDays)
        return Words::tr("%1 \u2013 %2", "from – to").arg(day, dayMonth(to.addDays(-1)));
    const QString end = clock(to, withSeconds);
    return Words::tr("%1 %2 \u2013 %3", "day, from – to")
        .arg(day, clock(from, withSeconds), from.date() == to.date() ? end : dayMonth(to) + u' ' + end);
}

QString TimeAxis::span(qint64 ms)
{
    const auto text = [](qint64 number, const QString &one, const QString &several) {
        return number == 1 ? one : several.arg(QLocale().toString(number));
    };
    if (ms % kDay == 0)
        return text(ms / kDay, Words::tr("day"), Words::tr("%1 days"));
    if (ms % kHour == 0)
        return text(ms / kHour, Words::tr("hour"), Words::tr("%1 hours"));
    if (ms % kMinute == 0)
        return text(ms / kMinute, Words::tr("minute"), Words::tr("%1 minutes"));
    return text(ms / kSecond, Words::tr("second"), Words::tr("%1 seconds"));
}

} // namespace andon
