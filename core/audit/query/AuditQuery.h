// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/IdRange.h"
#include "core/audit/filter/AuditFilter.h"
#include "core/storage/SqlEngine.h"
#include "core/storage/Timestamp.h"

#include <QList>
#include <QVariant>

namespace andon {

/// A filter as SQL: a condition with bound values. Nothing that was typed is part of its text.
///
/// On SQLite it calls `andon_contains` (TextSearch), which every connection of Andon has; on PostgreSQL the
/// functions that its schema has for it.
///
/// On SQLite columns are written `+column`, so that the condition is only ever a check of rows that were found
/// otherwise, and SQLite never trades the order of ids for another index and a sort. Which index to
/// follow is said apart, in `lead` and in `times`.
struct AuditQuery
{
    /// Rows that an index finds: those whose `column` is one of `values`.
    struct Lead
    {
        QString column; ///< proposal_id, event_type, actor; empty: there is none
        QVariantList values;
    };

    /// A range of time. The bounds are of the stored text, wider than what was asked for by more than any
    /// offset from UTC, so that the index of the times can be followed.
    struct Times
    {
        QString above; ///< null where that side is open
        QString below;

        [[nodiscard]] bool isOpen() const { return above.isNull() && below.isNull(); }
    };

    QString condition; ///< all terms; empty: every row
    QVariantList values;

    Lead lead;
    QString rest; ///< the terms that `lead` does not settle; empty: none
    QVariantList restValues;
    Times times;

    /// The ids that can match at all: sorted, without overlap. None: all of them; one empty range: none.
    QList<IdRange> ids;

    /// Whether each row that is reached through `lead`, `times` and `ids` matches, with at most its time left
    /// to check. Without that, rows are read that do not match, in slices.
    bool isIndexed = true;

    /// `style` is how the database writes its times, so that a range of time is right for naive and
    /// aware rows alike.
    static AuditQuery compile(const AuditFilter &filter, TimestampStyle style, SqlEngine engine = SqlEngine::Sqlite);
};

} // namespace andon
