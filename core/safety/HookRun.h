// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/HookFolder.h"
#include "core/safety/HookOutcome.h"

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace andon {

/// One program that a stop runs, from its start to its outcome. Needs the event loop of the thread that made it.
///
/// On Unix it has a session of its own, so that it can be ended with all that it started: SIGTERM to its process group
/// after the timeout, SIGKILL half a second later.
class HookRun : public QObject
{
public:
    struct Order
    {
        QByteArray input; ///< what it reads on standard input, to the end of file
        QProcessEnvironment environment;
        QString workingDirectory;
        std::chrono::milliseconds timeout;
    };

    /// `onEnd` is called once, from the event loop.
    HookRun(HookFolder::Hook hook, Order order, std::function<void()> onEnd);
    ~HookRun() override;

    void start();

    /// Ends the waiting, not the program, should it still run.
    void abandon();

    /// To be asked for after the end.
    [[nodiscard]] HookOutcome outcome() const;

private:
    void collect();
    void onTimeout();
    void onKill();
    void onFinished();
    void onError(QProcess::ProcessError error);
    void end();
    [[nodiscard]] bool hasGroup() const;
    void signalGroup(int signal) const;

    HookFolder::Hook m_hook;
    Order m_order;
    std::function<void()> m_onEnd;
    std::unique_ptr<QProcess> m_process;
    QTimer m_deadline;
    QTimer m_killing;
    QTimer m_givingUp;
    QElapsedTimer m_sinceStart;
    QByteArray m_tail;
    bool m_isCut = false; ///< the tail is not all
    bool m_isLate = false;
    bool m_hasEnded = false;
    qint64 m_pid = 0;
    HookOutcome m_outcome;
};

} // namespace andon
