// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QString>
#include <QThread>

#include <stdexcept>

namespace andon::bench {

[[noreturn]] inline void giveUp(const QString &why)
{
    throw std::runtime_error(why.toStdString());
}

/// Waits until something holds, with the event loop running, and looks five thousand times a second. Throws
/// std::runtime_error after twenty seconds.
template<typename Condition>
void await(const Condition &condition, const QString &what)
{
    constexpr int kPatienceMs = 20'000;
    QElapsedTimer waited;
    waited.start();
    while (!condition()) {
        if (waited.elapsed() > kPatienceMs)
            giveUp(QStringLiteral("waited in vain for ") + what);
        QCoreApplication::processEvents();
        QThread::usleep(200);
    }
}

} // namespace andon::bench
