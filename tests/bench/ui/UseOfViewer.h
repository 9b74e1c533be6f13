// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/support/OwnProcess.h"
#include "tests/bench/ui/PaintWatch.h"
#include "tests/bench/ui/StallWatch.h"
#include "tests/bench/ui/Viewers.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

#include <algorithm>

namespace andon::bench {

/// Runs the event loop as a program does. QTest::qWait() would not: it sleeps for ten milliseconds at a time.
inline void spin(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

/// Does things to a viewer, and measures how long until somebody could see the result and how long the window
/// stood still meanwhile. Figures, all in milliseconds: "NAME" is the former, "stall NAME" the latter, and "work NAME"
/// how much of the longest stall the UI thread itself was at work.
class UseOfViewer
{
public:
    UseOfViewer(Viewer &viewer, Figures &figures)
        : m_viewer(viewer)
        , m_figures(figures)
    {
    }

    /// Waits until the result was painted and `settleMs` longer; watches the event loop all the time.
    void phase(const QString &name, const std::function<void()> &act, const std::function<bool()> &isThere,
               int settleMs = 300)
    {
        PaintWatch paint(m_viewer.table()->viewport(), isThere);
        QElapsedTimer timer;
        timer.start();
        m_stalls.start();
        act();
        m_viewer.table()->viewport()->update();
        paint.wait();
        m_figures[name] = double(timer.nsecsElapsed()) / 1e6;
        spin(settleMs);
        endWatch(name);
    }

    /// Watches the event loop while something goes on.
    void watch(const QString &name, const std::function<void()> &act)
    {
        m_stalls.start();
        act();
        endWatch(name);
    }

private:
    void endWatch(const QString &name)
    {
        m_stalls.stop();
        m_figures[QStringLiteral("stall ") + name] = m_stalls.longestMs();
        m_figures[QStringLiteral("work ") + name] = m_stalls.mostWorkMs();
    }

    Viewer &m_viewer;
    Figures &m_figures;
    StallWatch m_stalls;
};

/// The longest pause of an event loop that has nothing to do: what the machine itself causes.
inline double machineStall()
{
    StallWatch watch;
    watch.start();
    spin(2000);
    watch.stop();
    return watch.longestMs();
}

/// Runs the event loop until something holds. Throws std::runtime_error after a while.
inline void waitUntil(const std::function<bool()> &holds, int patienceMs = 600'000)
{
    QElapsedTimer timer;
    timer.start();
    while (!holds()) {
        if (timer.elapsed() > patienceMs)
            throw std::runtime_error("what was waited for did not come");
        spin(1);
    }
}

} // namespace andon::bench
