// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Connection.h"

#include "core/storage/SqliteConnection.h"

#ifdef ANDON_HAS_POSTGRESQL
#include "core/storage/PostgresConnection.h"
#endif

namespace andon {

std::unique_ptr<Connection> Connection::open(const DatabaseLocation &location, const DatabaseOptions &options)
{
    if (location.engine == SqlEngine::PostgreSql)
#ifdef ANDON_HAS_POSTGRESQL
        return PostgresConnection::open(location, options);
#else
        throw StorageError(
            StorageProblem::Other,
            QStringLiteral("%1 is at a PostgreSQL server, and this program was built without PostgreSQL. "
                           "Install one that has it.")
                .arg(location.name()));
#endif
    return std::make_unique<SqliteConnection>(location, options);
}

} // namespace andon
