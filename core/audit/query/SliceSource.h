// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/IdRange.h"
#include "core/audit/query/AuditQuery.h"

namespace andon {

/// The condition on the rows of `action_audit_log` that match a query and lie in a slice of ids, written
/// so that the query's lead is followed where it has one.
struct SliceSource
{
    QString condition;
    QVariantList values;
    QString order; ///< what to sort by, for the order of ids: other than `id` where its index is not to be followed

    [[nodiscard]] static SliceSource of(const AuditQuery &query, IdRange slice, SqlEngine engine);
};

} // namespace andon
