// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/DatabaseLocation.h"
#include "core/storage/StorageError.h"

#include <chrono>

namespace andon {

/// What a PostgreSQL server says, in Andon's words.
namespace PostgresDialect {

/// What is wrong where a statement was refused with this SQLSTATE
/// (postgresql.org/docs/15/errcodes-appendix.html) and the server's primary message. Class ND, and P0001, are what
/// triggers raise: their text is the message, as it is on SQLite.
[[nodiscard]] StorageError translate(const QString &state, const QString &text, const DatabaseLocation &location,
                                     const QString &role);

/// What is wrong where no connection came about. `text` is libpq's, with the SQLSTATE in it where the server gave one
/// (PQERRORS_VERBOSE); it holds no password.
[[nodiscard]] StorageError refusedConnection(const QString &text, const DatabaseLocation &location,
                                             const QString &role);

/// Only standbys answer, and somebody wants to write.
[[nodiscard]] StorageError onlyStandbys(const DatabaseLocation &location, const QString &text);

[[nodiscard]] StorageError lost(const DatabaseLocation &location, const QString &text);
[[nodiscard]] StorageError silent(const DatabaseLocation &location, std::chrono::milliseconds waited);
[[nodiscard]] StorageError interrupted(const QString &cause);

} // namespace PostgresDialect

} // namespace andon
