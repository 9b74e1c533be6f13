// SPDX-License-Identifier: Apache-2.0
#include "core/audit/query/SliceSource.h"

#include "core/audit/query/SqlPiece.h"

#include <QStringList>

namespace andon {

namespace {

/// One search a value, and not IN: for that, SQLite may walk all ids of the slice instead.
void leadOnSqlite(SliceSource &source, const AuditQuery::Lead &lead, IdRange slice)
{
    QStringList searches;
    for (const QVariant &value : lead.values) {
        searches << QStringLiteral("SELECT id FROM action_audit_log WHERE ") + lead.column
                + QStringLiteral(" = ? AND id >= ? AND id <= ?");
        source.values << value << slice.low << slice.high;
    }
    source.condition = QStringLiteral("id IN (") + searches.join(QStringLiteral(" UNION ALL ")) + u')';
}

/// One value's events are in the order of ids in its index. Those of several are sorted: a slice has some thousand.
/// By an expression, since for the column all ids of the slice would be walked.
void leadOnPostgreSql(SliceSource &source, const AuditQuery::Lead &lead, IdRange slice)
{
    const SqlPiece led = SqlPiece::oneOf(lead.column, lead.values);
    source.condition = led.sql + QStringLiteral(" AND id >= ? AND id <= ?");
    source.values = led.values;
    source.values << slice.low << slice.high;
    if (lead.values.size() > 1)
        source.order = QStringLiteral("id + 0");
}

} // namespace

SliceSource SliceSource::of(const AuditQuery &query, IdRange slice, SqlEngine engine)
{
    SliceSource source;
    source.order = QStringLiteral("id");
    if (query.lead.column.isEmpty()) {
        source.condition = QStringLiteral("id >= ? AND id <= ?");
        source.values = {slice.low, slice.high};
    } else if (engine == SqlEngine::Sqlite) {
        leadOnSqlite(source, query.lead, slice);
    } else {
        leadOnPostgreSql(source, query.lead, slice);
    }
    if (!query.rest.isEmpty()) {
        source.condition += QStringLiteral(" AND ") + query.rest;
        source.values += query.restValues;
    }
    return source;
}

} // namespace andon
