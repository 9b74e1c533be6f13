// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QList>
#include <QString>
#include <Qt>

class QFontMetrics;

namespace andon {

/// Where an axis of time has its marks, and how moments and ranges on it read.
class TimeAxis
{
public:
    struct Tick
    {
        qint64 momentMs = 0;
        QString label;
        bool isDate = false; ///< a new day, month or year begins here
    };

    /// From `fromMs` to `toMs` (milliseconds since 1970 UTC) over `width` pixels.
    TimeAxis(qint64 fromMs, qint64 toMs, int width, Qt::TimeSpec zone);

    /// At round times of the zone's clock, with labels that have room beside each other.
    [[nodiscard]] QList<Tick> ticks(const QFontMetrics &metrics) const;

    /// "31 Jan 14:00 – 14:15": the end without what it shares with the beginning.
    [[nodiscard]] static QString range(qint64 fromMs, qint64 toMs, Qt::TimeSpec zone);
    /// "15 minutes": the width of a bar.
    [[nodiscard]] static QString span(qint64 ms);

private:
    /// A distance between marks: so many milliseconds of the clock, or so many months.
    struct Step
    {
        qint64 ms = 0;
        int months = 0;
    };

    [[nodiscard]] QList<Tick> ticksEvery(const Step &step) const;
    [[nodiscard]] QList<Tick> monthTicks(int months) const;
    [[nodiscard]] static QString label(const QDateTime &moment, const Step &step);
    void nameTheDay(QList<Tick> &ticks) const;
    [[nodiscard]] bool fits(const QList<Tick> &ticks, const QFontMetrics &metrics) const;

    qint64 m_fromMs;
    qint64 m_toMs;
    int m_width;
    Qt::TimeSpec m_zone;
};

} // namespace andon
