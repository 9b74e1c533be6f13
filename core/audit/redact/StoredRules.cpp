// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/StoredRules.h"

#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

namespace andon {

RedactionRules storedRedactionRules(Database &database)
{
    if (!Catalog(database).hasTable(QStringLiteral("andon_meta")))
        return {};
    return RedactionRules::fromStored(
        database.scalar(QStringLiteral("SELECT value FROM andon_meta WHERE key = 'redaction'")).toString());
}

} // namespace andon
