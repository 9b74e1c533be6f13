// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/DataCondition.h"
#include "core/audit/query/SqlPiece.h"
#include "core/storage/SqlEngine.h"

#include <QList>
#include <QStringList>

namespace andon {

/// A condition on a value inside of the events' data, as SQL that raises no error whatever the data is: what
/// is not JSON never matches.
///
/// Paths are bound like all that is typed. On PostgreSQL this takes the function `andon_json` of
/// the schema, on SQLite `andon_contains` (TextSearch).
struct DataSql
{
    /// The value that `path` leads to, or any element where that is an array, meets any of the conditions.
    [[nodiscard]] static SqlPiece compile(const QStringList &path, const QList<DataCondition> &conditions,
                                          SqlEngine engine);
};

} // namespace andon
