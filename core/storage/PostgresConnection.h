// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Connection.h"

namespace andon {

/// A connection to a PostgreSQL server, through its own client library (libpq).
///
/// Not through Qt's QPSQL, which cannot end a wait for a server that has fallen silent, nor cancel a query from another
/// thread; a panel that waits so cannot say UNKNOWN, nor a guard its lease keep.
class PostgresConnection : public Connection
{
public:
    /// Throws StorageError: Unreachable where no host of the location answers within the options' answerTimeout,
    /// Other where this program was built without libpq.
    [[nodiscard]] static std::unique_ptr<Connection> open(const DatabaseLocation &location,
                                                          const DatabaseOptions &options);
};

} // namespace andon
