// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <chrono>

namespace andon {

/// How a connection is opened, and how patient it is.
struct DatabaseOptions
{
    enum class Access { ReadWrite, ReadOnly };

    /// How to wait for a lock that somebody else holds.
    enum class Waiting {
        Patient, ///< back off, as a good neighbour
        Eager,   ///< try without pause: for the stop, which must win the lock
    };

    Access access = Access::ReadWrite;
    /// Make the file where there is none. Never set when a connection is opened again: a
    /// database that vanished must be reported, not replaced by an empty one. A server's database is never made.
    bool create = false;
    /// Nobody has the file open, and nobody will: for a copy on a medium that cannot be written, where reading a
    /// database in WAL mode would otherwise make files beside it (sqlite.org/uri.html, "immutable"). Takes no
    /// locks: who was wrong about it reads nonsense. With Access::ReadOnly alone.
    bool isAtRest = false;
    Waiting waiting = Waiting::Patient;
    std::chrono::milliseconds lockTimeout{5000};
    /// How long a server may take to accept a connection, and to answer a statement beyond the time that it waits for
    /// a lock. Who has heard nothing by then takes the connection for dead. `Database::visit`, which may have much to
    /// look through before the first row, is not bound by it. A file answers at once.
    std::chrono::milliseconds answerTimeout{30'000};
};

} // namespace andon
