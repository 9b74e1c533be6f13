// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <csignal>

namespace andon::guard {

/// What the command inherits from its owner, as if the guard did not stand in between: signals that the owner ignored
/// stay ignored, the rest have their defaults; the mask of blocked signals, the limit on descriptors, the process
/// group (so that Ctrl+C and Ctrl+Z reach it), and the standard streams, those that were closed included.
class Inheritance
{
public:
    /// Remembers it, and makes this process deaf to what would end or pause it, in a process group of its own.
    void takeOver();
    /// In the child that becomes the command. False where it cannot be had.
    [[nodiscard]] bool passOn() const;
    /// What was remembered: the owner's group.
    [[nodiscard]] pid_t group() const { return m_group; }

private:
    void reserveStandardStreams();

    static constexpr int kSignals = 65;
    std::array<bool, kSignals> m_isIgnored = {};
    sigset_t m_mask = {};
    rlimit m_descriptors = {};
    bool m_hasDescriptorLimit = false;
    pid_t m_group = 0;
};

} // namespace andon::guard
