// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/OwnedDescriptor.h"

#include <QString>
#include <QStringList>

#include <sys/types.h>

#include <chrono>
#include <vector>

namespace andon {

/// The helper's process, as its parent sees it: started, noticed to have ended, reaped. Never anybody else's child.
class GuardProcess
{
public:
    GuardProcess() = default;
    /// Does not wait: one that still runs is reaped with a later one, or with this program's end.
    ~GuardProcess();
    GuardProcess(const GuardProcess &) = delete;
    GuardProcess &operator=(const GuardProcess &) = delete;

    /// Starts it; `control` is the one descriptor that it gets besides the standard streams (posix_spawn(3)).
    /// 0, or errno of why it could not be started.
    [[nodiscard]] int start(const QString &program, const QStringList &arguments, int control);

    /// 0 where it was not started.
    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// Readable once it has ended (pidfd_open(2)); -1 where this kernel has no such handle.
    [[nodiscard]] int handle() const { return m_handle.number(); }
    /// Whether it has ended, and reaps it then: its orphans have passed on by now.
    [[nodiscard]] bool hasEnded();
    /// Waits for its end for up to this long.
    [[nodiscard]] bool waitForEnd(std::chrono::milliseconds limit);
    /// SIGKILL. No effect on one that has ended.
    void kill();

    /// All helpers that this program has started and not reaped.
    [[nodiscard]] static std::vector<pid_t> all();

private:
    pid_t m_pid = 0;
    bool m_isReaped = false;
    OwnedDescriptor m_handle;
};

} // namespace andon
