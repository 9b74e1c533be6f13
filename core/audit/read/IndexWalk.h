// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/read/RowBatch.h"
#include "core/storage/StoredRow.h"

#include <QVariant>

#include <functional>
#include <optional>

namespace andon {

class Database;

/// Goes through the log in the order of an indexed column, in short statements.
///
/// Each statement ends after some milliseconds, or where the visitor says so; the next goes on behind the last row.
/// NULL sorts below every value, as in SQLite (sqlite.org/datatype3.html, "Sort Order").
class IndexWalk
{
public:
    /// Descending: from large to small values, and from new to old events of one value.
    IndexWalk(Database &database, QString column, bool isDescending);

    /// Go on behind this event, or with it. Where there is none, from the beginning.
    void startAt(EventId event, bool isIncluded);

    /// What to select after `id` and the column, and the values that it binds.
    void select(const QString &columns, const QVariantList &values);

    /// Runs one statement. The visitor sees rows whose first columns are `id` and the column, and ends the
    /// statement by false. Nothing is left in the log where this returns false.
    [[nodiscard]] bool step(const std::function<bool(const StoredRow &)> &visit);

private:
    /// Which part of the index comes next.
    enum class Part { Equal, Beyond, Null, Done };

    [[nodiscard]] Part after(Part part) const;

    Database &m_database;
    QString m_column;
    bool m_isDescending;
    QString m_select;
    QVariantList m_selectValues;
    Part m_part;
    std::optional<qint64> m_last; ///< id of the row behind which to go on; its value is asked of the log, byte for byte
    bool m_isLastNull = false;
    bool m_isLastIncluded = false;
    RowBatch m_batch;
};

} // namespace andon
