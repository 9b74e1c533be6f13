// SPDX-License-Identifier: Apache-2.0
#include "core/audit/checkpoint/LogIdentity.h"

#include "core/storage/Catalog.h"
#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

#include <QUuid>

#include <algorithm>

namespace andon {

namespace {

bool isId(const QString &text)
{
    return text.size() == LogIdentity::kDigits && std::all_of(text.begin(), text.end(), [](QChar digit) {
               return (digit >= u'0' && digit <= u'9') || (digit >= u'a' && digit <= u'f');
           });
}

} // namespace

LogIdentity LogIdentity::read(Database &database)
{
    if (!Catalog(database).hasTable(QStringLiteral("andon_log_identity")))
        throw StorageError(
            StorageProblem::Other,
            QStringLiteral("The log of %1 has no seals yet. Open it once for writing with this version of "
                           "Andon.")
                .arg(database.location().name()));
    Statement row = database.run(
        QStringLiteral("SELECT log_id, reason, since FROM andon_log_identity ORDER BY number DESC LIMIT 1"));
    if (!row.next() || !isId(row.text(0)))
        throw StorageError(
            StorageProblem::Corrupt,
            QStringLiteral("The log of %1 has lost its identity. Put a backup back.").arg(database.location().name()));
    return {row.text(0), row.text(1), parseTimestamp(row.text(2)).moment};
}

LogIdentity LogIdentity::renew(Database &database, const QString &reason, const QDateTime &moment)
{
    LogIdentity identity{QUuid::createUuid().toString(QUuid::Id128), reason, moment};
    database.change(QStringLiteral("INSERT INTO andon_log_identity(log_id, reason, since) VALUES(?, ?, ?)"),
                    {identity.id, reason, formatTimestamp(moment)});
    return identity;
}

} // namespace andon
