// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/guard/OwnedDescriptor.h"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace andon::guard {

struct SharedTail;

/// Keeps the end of what the command writes to its standard error.
///
/// A child copies: it reads the command's end of a pipe and writes to the standard error that the owner gave, so that a
/// reader who does not read holds up the command, as without it, and never the guard. What it has read lies in memory
/// that it shares with the guard, where it is still there after the child's end.
///
/// Where standard error is a terminal the command keeps that; and where it is one with standard output it keeps that
/// too, since two ways would not keep the order. Then there is no tail.
class ErrorTail
{
public:
    ErrorTail() = default;
    ~ErrorTail();
    ErrorTail(const ErrorTail &) = delete;
    ErrorTail &operator=(const ErrorTail &) = delete;

    /// `yes`, or why there can be none: `terminal`, `one` (with standard output), `closed`.
    [[nodiscard]] static std::string_view prospect();

    /// Starts the copying, where there can be any; without it where it cannot be started.
    void start();
    /// What becomes the command's standard error; -1 where it keeps the one it has.
    [[nodiscard]] int commandsEnd() const { return m_commandsEnd.number(); }
    /// Lets go of the command's end, so that the copying ends with the last process that has it.
    void letGo() { m_commandsEnd.close(); }

    /// The copying child; 0 where there is none.
    [[nodiscard]] pid_t copier() const { return m_copier; }
    /// To be told once it has been reaped.
    void forgetCopier() { m_copier = 0; }
    /// To be asked once it has ended.
    [[nodiscard]] std::string text() const;

private:
    OwnedDescriptor m_commandsEnd;
    SharedTail *m_tail = nullptr;
    pid_t m_copier = 0;
};

} // namespace andon::guard
