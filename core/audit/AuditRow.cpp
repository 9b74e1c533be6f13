// SPDX-License-Identifier: Apache-2.0
#include "core/audit/AuditRow.h"

#include "core/storage/Database.h"

namespace andon::AuditRow {

AuditEvent read(const Statement &row, TimestampStyle style)
{
    AuditEvent event;
    event.id = EventId(row.integer(0));
    if (!row.isNull(1))
        event.proposalId = ProposalId(row.integer(1));
    event.eventType = row.text(2);
    event.eventData = row.text(3);
    event.actor = row.text(4);
    event.timestampText = row.text(5);
    const ParsedTimestamp parsed = parseTimestamp(event.timestampText, style);
    event.timestamp = parsed.moment;
    event.isNaiveTimestamp = parsed.isNaive;
    return event;
}

} // namespace andon::AuditRow
