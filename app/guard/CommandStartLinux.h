// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/guard/InheritanceLinux.h"
#include "core/guard/OwnedDescriptor.h"

#include <sys/types.h>

#include <optional>

namespace andon::guard {

/// The command's own process, from the fork on.
class CommandStart
{
public:
    /// Starts it: in the owner's process group, with the owner's standard streams and nothing else, and to be killed by
    /// the kernel should the guard die. `errorEnd` becomes its standard error where it is not -1.
    /// False where there cannot be another process; errno says why.
    [[nodiscard]] bool start(char **command, const Inheritance &inheritance, int errorEnd);

    /// 0 where it was not started.
    [[nodiscard]] pid_t pid() const { return m_pid; }
    /// Readable once it is known whether the program runs; -1 when that has been read.
    [[nodiscard]] int outcome() const { return m_outcome.number(); }
    /// Nothing while it is not known; 0 once the program runs; else errno of what kept it from running.
    [[nodiscard]] std::optional<int> readOutcome();

    /// How it ended, as wait(2) says it; nothing while it has not.
    [[nodiscard]] const std::optional<int> &ending() const { return m_ending; }
    /// To be told when it was reaped.
    void setEnding(int status) { m_ending = status; }

    /// Passes a signal on, to this process alone, and to nobody once it has ended.
    void signal(int number) const;

private:
    pid_t m_pid = 0;
    OwnedDescriptor m_outcome;
    std::optional<int> m_ending;
};

} // namespace andon::guard
