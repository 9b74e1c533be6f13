// SPDX-License-Identifier: Apache-2.0
#include "core/storage/AgentTables.h"

#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

#include <algorithm>
#include <array>
#include <optional>

namespace andon {

namespace {

/// The style of most of these times; nothing where there are none.
std::optional<TimestampStyle> styleOfMost(Database &database, const QString &sql)
{
    std::array<int, 3> votes{};
    int total = 0;
    Statement rows = database.run(sql);
    for (; rows.next(); ++total)
        ++votes.at(static_cast<size_t>(styleOf(rows.text(0))));
    if (total == 0)
        return std::nullopt;
    return static_cast<TimestampStyle>(std::max_element(votes.begin(), votes.end()) - votes.begin());
}

/// The style of most of the newest times in the log, or of the actions where the log is empty.
TimestampStyle observedStyle(Database &database, const AgentTables &tables)
{
    std::optional<TimestampStyle> style;
    if (tables.auditColumns.contains(u"timestamp"))
        style = styleOfMost(database,
                            QStringLiteral("SELECT timestamp FROM action_audit_log ORDER BY id DESC LIMIT 100"));
    if (!style && tables.proposalColumns.contains(u"proposed_at"))
        style = styleOfMost(database,
                            QStringLiteral("SELECT proposed_at FROM action_proposals "
                                           "WHERE proposed_at IS NOT NULL ORDER BY id DESC LIMIT 100"));
    return style.value_or(TimestampStyle::Utc);
}

} // namespace

AgentTables AgentTables::read(Database &database)
{
    AgentTables tables;
    Catalog catalog(database);
    tables.auditColumns = catalog.columnsOf(QStringLiteral("action_audit_log"));
    tables.proposalColumns = catalog.columnsOf(QStringLiteral("action_proposals"));
    tables.recordColumns = catalog.columnsOf(QStringLiteral("action_records"));
    const bool hasMeta = !catalog.columnsOf(QStringLiteral("andon_meta")).isEmpty();
    if (hasMeta) {
        tables.timestamps = styleFromName(
            database.scalar(QStringLiteral("SELECT value FROM andon_meta WHERE key = 'timestamp_style'")).toString());
    } else {
        tables.timestamps = observedStyle(database, tables);
    }
    return tables;
}

} // namespace andon
