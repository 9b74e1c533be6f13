// SPDX-License-Identifier: Apache-2.0
#include "core/copy/CopyTable.h"

#include "core/copy/CopyError.h"
#include "core/storage/Catalog.h"
#include "core/storage/Database.h"

#include <algorithm>
#include <array>
#include <utility>

namespace andon {

namespace {

const QString kLog = QStringLiteral("action_audit_log");

/// What they are called, and their keys.
const std::array<std::pair<const char *, const char *>, 14> kTables{{
    {"action_proposals", "id"},
    {"action_records", "id"},
    {"action_audit_log", "id"},
    {"andon_meta", "key"},
    {"andon_safety_state", "id"},
    {"andon_stop_receipt", "stop_id"},
    {"andon_hold", "stop_id"},
    {"andon_agent", "id"},
    {"andon_stop_target", "id"},
    {"andon_approval", "proposal_id"},
    {"andon_log_identity", "number"},
    {"andon_audit_seal", "leaf"},
    {"andon_checkpoint", "id"},
    {"andon_archive", "id"},
}};

CopyColumn::Type typeOf(const QString &declared)
{
    const QString type = declared.toLower();
    if (type == u"integer")
        return CopyColumn::Type::ShortInteger;
    if (type == u"bigint" || type == u"smallint" || type == u"int")
        return CopyColumn::Type::Integer;
    return type == u"bytea" || type == u"blob" ? CopyColumn::Type::Bytes : CopyColumn::Type::Text;
}

QList<CopyColumn> columnsOf(Database &database, const QString &table)
{
    const bool isSqlite = database.engine() == SqlEngine::Sqlite;
    Statement rows = database.run(
        isSqlite
            ? QStringLiteral("SELECT name, type, \"notnull\" AND dflt_value IS NULL FROM pragma_table_info(?)")
            : QStringLiteral("SELECT attname, format_type(atttypid, NULL), attnotnull AND NOT atthasdef "
                             "FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped "
                             "ORDER BY attnum"),
        {table});
    QList<CopyColumn> columns;
    while (rows.next()) {
        CopyColumn column{rows.text(0), typeOf(rows.text(1)), rows.value(2).toBool()};
        if (isSqlite && column.type == CopyColumn::Type::ShortInteger)
            column.type = CopyColumn::Type::Integer; // of 64 bits there
        columns << column;
    }
    return columns;
}

CopyTable tableOf(Database &source, Database &target, const QString &name, const QString &key)
{
    CopyTable table{name, key, {}};
    const QStringList present = Catalog(source).columnsOf(name);
    const QList<CopyColumn> wanted = columnsOf(target, name);
    QStringList unknown = present;
    for (const CopyColumn &column : wanted) {
        unknown.removeAll(column.name);
        if (present.contains(column.name))
            table.columns << column;
        else if (column.isRequired || name == kLog) // a column more would make another entry of each event
            throw CopyError(
                QStringLiteral("The table %1 of %2 has no column %3, so that its rows cannot be kept as they "
                               "are. Nothing was copied.")
                    .arg(name, source.location().name(), column.name));
    }
    if (name == u"andon_agent")
        unknown.removeAll(QStringLiteral("lease_ms")); // of a server alone; in a copy nobody runs any more
    if (!unknown.isEmpty())
        throw CopyError(QStringLiteral("The table %1 of %2 has a column that Andon does not know (%3), which would be "
                                       "lost. Nothing was copied.")
                            .arg(name, source.location().name(), unknown.join(QStringLiteral(", "))));
    return table;
}

} // namespace

QList<CopyTable> CopyTable::all(Database &source, Database &target)
{
    QList<CopyTable> tables;
    for (const auto &[latinName, latinKey] : kTables) {
        const QString name = QString::fromLatin1(latinName);
        if (!Catalog(source).hasTable(name))
            continue;
        if (Catalog(target).hasTable(name)) {
            tables << tableOf(source, target, name, QString::fromLatin1(latinKey));
        } else if (source.scalar(QStringLiteral("SELECT 1 FROM %1 LIMIT 1").arg(name)).isValid()) {
            throw CopyError(
                QStringLiteral("%1 has rows in the table %2, which there is none of at the target: archived "
                               "events are known to PostgreSQL alone. Nothing was copied.")
                    .arg(source.location().name(), name));
        }
    }
    return tables;
}

QString CopyTable::columnList() const
{
    QStringList names;
    for (const CopyColumn &column : columns)
        names << u'"' + column.name + u'"';
    return names.join(QStringLiteral(", "));
}

} // namespace andon
