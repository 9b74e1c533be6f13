// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"
#include "core/storage/Timestamp.h"

namespace andon {

class Statement;
class StoredRow;

/// How a row of `action_audit_log` is read: one place for the order of its columns.
namespace AuditRow {

inline const QString kColumns = QStringLiteral("id, proposal_id, event_type, event_data, actor, timestamp");

/// The present row of a SELECT that names `kColumns` first.
[[nodiscard]] AuditEvent read(const Statement &row, TimestampStyle style);

/// The same where these columns begin at `first`.
[[nodiscard]] AuditEvent read(const StoredRow &row, int first, TimestampStyle style);

} // namespace AuditRow

} // namespace andon
