// SPDX-License-Identifier: Apache-2.0
#include "core/audit/AuditRow.h"

#include "core/storage/Database.h"

namespace andon::AuditRow {

namespace {

QString textOf(const StoredRow &row, int column)
{
    if (row.isNull(column))
        return {};
    const std::string_view text = row.text(column);
    return QString::fromUtf8(text.data() ? text.data() : "", static_cast<qsizetype>(text.size()));
}

void readTime(AuditEvent &event, TimestampStyle style)
{
    const ParsedTimestamp parsed = parseTimestamp(event.timestampText, style);
    event.timestamp = parsed.moment;
    event.isNaiveTimestamp = parsed.isNaive;
}

} // namespace

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
    readTime(event, style);
    return event;
}

AuditEvent read(const StoredRow &row, int first, TimestampStyle style)
{
    AuditEvent event;
    event.id = EventId(row.integer(first));
    if (!row.isNull(first + 1))
        event.proposalId = ProposalId(row.integer(first + 1));
    event.eventType = textOf(row, first + 2);
    event.eventData = textOf(row, first + 3);
    event.actor = textOf(row, first + 4);
    event.timestampText = textOf(row, first + 5);
    readTime(event, style);
    return event;
}

} // namespace andon::AuditRow
