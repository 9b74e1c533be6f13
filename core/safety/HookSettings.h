// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <chrono>

namespace andon {

/// Which programs a stop runs, and how long they may take.
///
/// Kept in the operator's own configuration, never in a database: whoever may write to a database, an agent for one,
/// must not be able to make the operator's account run a program.
struct HookSettings
{
    static constexpr std::chrono::milliseconds kDefaultTimeout{10'000};
    static constexpr std::chrono::milliseconds kShortestTimeout{1'000};
    static constexpr std::chrono::milliseconds kLongestTimeout{600'000};

    QString folder; ///< an absolute path; empty: no programs are run
    std::chrono::milliseconds timeout = kDefaultTimeout;

    /// `hooks/folder` and `hooks/timeout_s` (seconds, 1 to 600) of the file Andon/andon.ini in the user's folder for
    /// configuration, else in the system's: QSettings (IniFormat, UserScope with its fallback to SystemScope). A time
    /// that is no number is the default.
    [[nodiscard]] static HookSettings read();

    friend bool operator==(const HookSettings &, const HookSettings &) = default;
};

} // namespace andon
