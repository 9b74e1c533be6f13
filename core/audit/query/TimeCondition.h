// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/query/SqlPiece.h"
#include "core/storage/SqlEngine.h"
#include "core/storage/Timestamp.h"

#include <QDateTime>

namespace andon {

/// A range of time, as SQL on the stored text of the times.
///
/// Times are compared by the moment they mean. What is no time is on neither side. On SQLite this takes
/// the function `andon_moment` (SqlFunctions.h), on PostgreSQL `andon_moment_ms` of the schema.
struct TimeCondition
{
    enum class Side {
        Since, ///< at the moment or later
        Before,
    };

    /// At `since` or later and before `before`; one that is not valid is no bound, and at least one is valid. `style`
    /// says what a time without an offset means.
    [[nodiscard]] static SqlPiece compile(const QDateTime &since, const QDateTime &before, TimestampStyle style,
                                          SqlEngine engine);

    /// A text that every stored time which may match is above (Since) or below (Before), in the order of bytes.
    [[nodiscard]] static QString textBound(Side side, const QDateTime &moment);
};

} // namespace andon
