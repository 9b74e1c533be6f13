// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/guard/Notice.h"
#include "app/guard/StopLookLinux.h"
#include "core/guard/OwnedDescriptor.h"

#include <sys/inotify.h>
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

namespace andon::guard {

struct Arguments;

/// The first way for a stop: the files beside the database.
///
/// What an event says by itself (a request has appeared, the permit is gone, a hold that concerns us) is acted on
/// without another look. Where one has to look, a child does it: a disk that does not answer then holds up the child,
/// the guard goes on hearing the other ways, and no answer within a second is a stop.
class StopWatch
{
public:
    /// Watches the folder. An empty text, or why it cannot be watched; then nothing else may be asked.
    [[nodiscard]] std::string open(const Arguments &arguments);
    /// The database's folder, open; of use to nothing but `*at` calls.
    [[nodiscard]] int folder() const { return m_folder.number(); }

    /// Readable when `read` has something to do; -1 where there is none.
    [[nodiscard]] int events() const { return m_events.number(); }
    [[nodiscard]] int answer() const { return m_answer.number(); }
    /// When a look that is under way is given up.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> deadline() const;

    /// Has the files looked at: at once, or again after the look that is under way.
    void look();
    /// The child that looks since this was last asked; 0 where there is none.
    [[nodiscard]] pid_t takeLooker();
    /// Whether what a look finds is still to be told.
    [[nodiscard]] bool isLooking() const { return m_answer.isOpen() || m_isBlind; }

    /// What the events and the looks have told since.
    [[nodiscard]] std::optional<Notice> read();

private:
    [[nodiscard]] std::optional<Notice> readEvents();
    [[nodiscard]] std::optional<Notice> readAnswer();
    [[nodiscard]] std::optional<Notice> understand(const inotify_event &event, const std::string &name);
    [[nodiscard]] std::optional<Notice> understandInFolder(const inotify_event &event, const std::string &name);
    void startLooking();

    OwnedDescriptor m_folder;
    OwnedDescriptor m_events;
    OwnedDescriptor m_answer;
    std::optional<StopLook> m_look;
    int m_folderWatch = -1;
    int m_permitWatch = -1;
    int m_holdWatch = -1;
    bool m_isToLookAgain = false;
    bool m_isBlind = false; ///< no look can be made
    pid_t m_looker = 0;
    std::chrono::steady_clock::time_point m_lookedAt;
};

} // namespace andon::guard
