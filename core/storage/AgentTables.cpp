// SPDX-License-Identifier: Apache-2.0
#include "core/storage/AgentTables.h"

#include "core/storage/Database.h"

namespace andon {

namespace {

QStringList columnsOf(Database &database, const QString &table)
{
    QStringList columns;
    Statement rows = database.run(QStringLiteral("SELECT name FROM pragma_table_info(?)"), {table});
    while (rows.next())
        columns << rows.text(0);
    return columns;
}

/// The style of most of the newest times in the log; Utc for an empty one.
TimestampStyle observedStyle(Database &database)
{
    int votes[3] = {0, 0, 0};
    Statement rows = database.run(
        QStringLiteral("SELECT timestamp FROM action_audit_log ORDER BY id DESC LIMIT 100"));
    while (rows.next())
        ++votes[static_cast<int>(styleOf(rows.text(0)))];
    TimestampStyle winner = TimestampStyle::Utc;
    for (const TimestampStyle style : {TimestampStyle::NaiveLocal, TimestampStyle::NaiveUtc}) {
        if (votes[static_cast<int>(style)] > votes[static_cast<int>(winner)])
            winner = style;
    }
    return winner;
}

} // namespace

AgentTables AgentTables::read(Database &database)
{
    AgentTables tables;
    tables.auditColumns = columnsOf(database, QStringLiteral("action_audit_log"));
    tables.proposalColumns = columnsOf(database, QStringLiteral("action_proposals"));
    tables.recordColumns = columnsOf(database, QStringLiteral("action_records"));
    const bool hasMeta = !columnsOf(database, QStringLiteral("andon_meta")).isEmpty();
    if (hasMeta) {
        tables.timestamps = styleFromName(
            database.scalar(QStringLiteral("SELECT value FROM andon_meta WHERE key = 'timestamp_style'")).toString());
    } else if (tables.auditColumns.contains(u"timestamp")) {
        tables.timestamps = observedStyle(database);
    }
    return tables;
}

} // namespace andon
