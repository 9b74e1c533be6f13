// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/DatabaseLocation.h"
#include "core/storage/DatabaseOptions.h"

#include <chrono>

struct pg_conn;

namespace andon {

/// Connects to the first server of a location that lets us in and is what we need: one that can be written to, unless
/// all we want is to read, or the URI says otherwise (`target_session_attrs`).
///
/// Each host has a share of the time, so that one that is dead does not take that of the next. No call of libpq is
/// waited for longer than that, not even one that looks a name up: it is made in a thread of its own, which is left to
/// itself when its time is over.
class PostgresConnector
{
public:
    PostgresConnector(DatabaseLocation location, const DatabaseOptions &options);

    /// The caller owns the connection. Throws StorageError (Unreachable, ReadOnly where only standbys answer, Denied),
    /// and InvalidInputError for a URI that is none.
    [[nodiscard]] pg_conn *connect(std::chrono::steady_clock::time_point deadline) const;

private:
    DatabaseLocation m_location;
    DatabaseOptions m_options;
};

} // namespace andon
