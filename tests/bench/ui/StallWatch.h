// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <ctime>

namespace andon::bench {

/// The longest time for which the event loop of this thread did not come round: a timer that is due
/// every millisecond, and the longest pause between two of its ticks. And how much of a pause this
/// thread was at work at the most: the rest of one is the machine, busy with something else.
class StallWatch
{
public:
    StallWatch()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { tick(); });
    }

    void start()
    {
        m_longestNs = 0;
        m_mostWorkNs = 0;
        m_sinceTick.start();
        m_workAtTickNs = workNs();
        m_timer.start();
    }

    void stop()
    {
        tick(); // what ran up to now counts
        m_timer.stop();
    }

    [[nodiscard]] double longestMs() const { return static_cast<double>(m_longestNs) / 1e6; }
    [[nodiscard]] double mostWorkMs() const { return static_cast<double>(m_mostWorkNs) / 1e6; }

private:
    /// Processor time of this thread; 0 where the system does not tell.
    static qint64 workNs()
    {
#ifdef CLOCK_THREAD_CPUTIME_ID
        std::timespec now = {};
        if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0)
            return static_cast<qint64>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
#endif
        return 0;
    }

    void tick()
    {
        const qint64 work = workNs();
        m_longestNs = std::max(m_longestNs, m_sinceTick.nsecsElapsed());
        m_mostWorkNs = std::max(m_mostWorkNs, work - m_workAtTickNs);
        m_sinceTick.start();
        m_workAtTickNs = work;
    }

    QTimer m_timer;
    QElapsedTimer m_sinceTick;
    qint64 m_longestNs = 0;
    qint64 m_mostWorkNs = 0;
    qint64 m_workAtTickNs = 0;
};

} // namespace andon::bench
