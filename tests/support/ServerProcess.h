// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <sys/types.h>

#include <algorithm>
#include <chrono>

namespace andon::test {

/// Whether there is a process of that number that has not ended.
[[nodiscard]] bool isProcessThere(qint64 pid);

/// A server as a child of this process, run by ServerAccount. It gets SIGQUIT, PostgreSQL's immediate shutdown, when
/// the thread that started it ends, however that comes about (prctl(2), PR_SET_PDEATHSIG): a crashed test leaves none.
class ServerProcess
{
public:
    ServerProcess() = default;
    /// SIGKILL, where it still runs.
    ~ServerProcess();
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;

    /// Starts it with both outputs in a file. False where there can be no process; a program that cannot be executed
    /// ends at once.
    [[nodiscard]] bool start(const QString &program, const QStringList &arguments, const QString &output);

    [[nodiscard]] bool isRunning();
    [[nodiscard]] qint64 pid() const { return m_pid; }

    /// To the process alone.
    void signal(int number) const;
    /// To the process and its children, of which a PostgreSQL server has one a connection.
    void signalAll(int number) const;
    [[nodiscard]] bool waitForEnd(std::chrono::milliseconds patience);
    /// SIGKILL to it and its children; returns when all are gone.
    void killAll();

private:
    [[nodiscard]] QList<pid_t> children() const;

    pid_t m_pid = 0;
};

} // namespace andon::test
