// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QEvent>
#include <QEventLoop>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <stdexcept>

namespace andon::bench {

/// Waits until a widget has been painted while a condition held: until somebody could see it.
class PaintWatch : public QObject
{
public:
    PaintWatch(QWidget *widget, std::function<bool()> condition)
        : m_condition(std::move(condition))
    {
        widget->installEventFilter(this);
    }

    /// Runs the event loop until then. Throws std::runtime_error after a minute.
    void wait()
    {
        if (m_isDone)
            return;
        constexpr int kTimeoutMs = 60'000;
        QTimer::singleShot(kTimeoutMs, &m_loop, [this] { m_loop.exit(1); });
        if (m_loop.exec() != 0)
            throw std::runtime_error("what was waited for was not painted within a minute");
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && !m_isSeen && m_condition()) {
            m_isSeen = true;
            // Once this event is over, the picture has been handed over.
            QMetaObject::invokeMethod(this, &PaintWatch::finish, Qt::QueuedConnection);
        }
        return QObject::eventFilter(watched, event);
    }

private:
    void finish()
    {
        m_isDone = true;
        m_loop.quit();
    }

    std::function<bool()> m_condition;
    QEventLoop m_loop;
    bool m_isSeen = false;
    bool m_isDone = false;
};

} // namespace andon::bench
