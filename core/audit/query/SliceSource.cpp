// SPDX-License-Identifier: Apache-2.0
#include "core/audit/query/SliceSource.h"

#include <QStringList>

namespace andon {

SliceSource SliceSource::of(const AuditQuery &query, IdRange slice)
{
    SliceSource source;
    if (query.lead.column.isEmpty()) {
        source.condition = QStringLiteral("id >= ? AND id <= ?");
        source.values = {slice.low, slice.high};
    } else {
        // One search a value, and not IN: for that, SQLite may walk all ids of the slice instead.
        QStringList searches;
        for (const QVariant &value : query.lead.values) {
            searches << QStringLiteral("SELECT id FROM action_audit_log WHERE ") + query.lead.column
                    + QStringLiteral(" = ? AND id >= ? AND id <= ?");
            source.values << value << slice.low << slice.high;
        }
        source.condition = QStringLiteral("id IN (") + searches.join(QStringLiteral(" UNION ALL ")) + u')';
    }
    if (!query.rest.isEmpty()) {
        source.condition += QStringLiteral(" AND ") + query.rest;
        source.values += query.restValues;
    }
    return source;
}

} // namespace andon
