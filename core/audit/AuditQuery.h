// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditFilter.h"
#include "core/storage/Timestamp.h"

#include <QVariant>

namespace andon {

/// A filter as SQL: a condition with bound values. Nothing that was typed is part of its text.
struct AuditQuery
{
    QString condition; ///< empty: every row
    QVariantList values;

    /// Whether an index leads to the rows. Without one, the log is read in slices.
    bool isIndexed = true;

    /// `style` is how the database writes its times, so that a range of time is right for naive and
    /// aware rows alike.
    static AuditQuery compile(const AuditFilter &filter, TimestampStyle style);
};

} // namespace andon
