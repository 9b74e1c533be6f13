// SPDX-License-Identifier: Apache-2.0
#include "core/storage/DatabaseTime.h"

#include "core/Clock.h"
#include "core/storage/Database.h"

namespace andon {

QDateTime databaseTime(Database &database, const Clock &clock)
{
    if (database.engine() == SqlEngine::Sqlite)
        return clock.now();
    // The time of the question, not that of the transaction (postgresql.org/docs/15/functions-datetime.html).
    const QVariant sinceEpoch = database.scalar(
        QStringLiteral("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"));
    return QDateTime::fromMSecsSinceEpoch(sinceEpoch.toLongLong(), Qt::UTC);
}

} // namespace andon
