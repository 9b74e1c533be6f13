// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

/// One process, so that it is not mistaken for a later one with the same number: the system's start, the number, and
/// when the process started (Linux: /proc/<pid>/stat field 22, see proc(5)).
struct ProcessIdentity
{
    QString host;
    qint64 pid = 0;
    QString start; ///< boot and start time; empty where the system does not tell
    QString place; ///< which machine and which numbering of processes it is in; empty where nobody asked (`placed`)

    /// This process.
    [[nodiscard]] static ProcessIdentity current();
    /// The process with that number now; without a `start` where there is none.
    [[nodiscard]] static ProcessIdentity of(qint64 pid);

    /// The same process, of this machine, for a database that programs on several machines share. Hosts and containers
    /// may have the same name, and then a number says nothing: who has a place is looked for there alone.
    [[nodiscard]] ProcessIdentity placed() const;

    /// What can be said of it from here. Thread-safe.
    enum class Presence {
        Alive,
        Gone,
        Elsewhere, ///< on another machine, or in another container: only its beat tells
    };
    [[nodiscard]] Presence presence() const;

    /// `host pid start`, and ` place` where it has one, as the database keeps it.
    [[nodiscard]] QString toString() const;
    [[nodiscard]] static ProcessIdentity fromString(const QString &text);

    friend bool operator==(const ProcessIdentity &, const ProcessIdentity &) = default;
};

} // namespace andon
