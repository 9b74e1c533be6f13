// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/StoredRules.h"

#include "core/storage/Database.h"

namespace andon {

RedactionRules storedRedactionRules(Database &database)
{
    const QVariant hasMeta = database.scalar(
        QStringLiteral("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'andon_meta'"));
    if (hasMeta.toInt() == 0)
        return {};
    return RedactionRules::fromStored(
        database.scalar(QStringLiteral("SELECT value FROM andon_meta WHERE key = 'redaction'")).toString());
}

} // namespace andon
