// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>

namespace andon {

/// The bells of the running guards: a datagram socket (unix(7)) for each in the folder `<database>.guards/`.
///
/// The second way to reach them, beside the files that they watch. Takes no lock, never waits for a guard, throws
/// nothing, and may be called from any thread. Links and what is not a socket are passed over. Where there are no such
/// sockets (not Linux) nothing is rung.
namespace GuardSockets {

/// Sends a message to every guard: `stop`, or `hold agent-…` and `hold action-…`, which only those heed that it
/// concerns. How many took it: one whose bell is choked, or that this account may not ring, is not among them.
[[nodiscard]] int ring(const QString &databasePath, const QByteArray &message) noexcept;

/// Removes the sockets that nobody listens on any more, since their guards were killed, and the folder where that
/// leaves it empty. A socket younger than this is left alone: its guard may be about to listen.
void removeStale(const QString &databasePath, std::chrono::seconds youngest = std::chrono::seconds(10)) noexcept;

} // namespace GuardSockets

} // namespace andon
