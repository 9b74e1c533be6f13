// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Connection.h"

#include "core/storage/PostgresConnection.h"
#include "core/storage/SqliteConnection.h"

namespace andon {

std::unique_ptr<Connection> Connection::open(const DatabaseLocation &location, const DatabaseOptions &options)
{
    if (location.engine == SqlEngine::PostgreSql)
        return PostgresConnection::open(location, options);
    return std::make_unique<SqliteConnection>(location, options);
}

} // namespace andon
