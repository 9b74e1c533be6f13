// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresConnection.h"

namespace andon {

std::unique_ptr<Connection> PostgresConnection::open(const DatabaseLocation &, const DatabaseOptions &)
{
    throw StorageError(StorageProblem::Other, QStringLiteral("This program was built without PostgreSQL."));
}

} // namespace andon
