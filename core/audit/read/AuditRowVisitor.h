// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/IdRange.h"
#include "core/audit/query/AuditQuery.h"
#include "core/audit/read/AuditSlices.h"
#include "core/audit/read/RowBatch.h"
#include "core/storage/StoredRow.h"

#include <functional>

namespace andon {

class Database;

/// Visits the rows that a query shows, oldest first, where the engine holds them: for those who look at
/// millions of rows.
///
/// Reads in slices, each one or more short statements, so that no read transaction lasts and a writer is
/// never held up. Belongs to the thread of its database. Failures are StorageErrors.
class AuditRowVisitor
{
public:
    struct Hearing
    {
        /// Hears each row, with the columns of AuditRow::kColumns. False ends the statement, not the reading: the
        /// next row comes after `between`. Must neither throw nor use the database.
        std::function<bool(const StoredRow &row)> row;
        /// Hears between statements, every few milliseconds, how far the reading has come, in ids; false ends the
        /// reading.
        AuditSlices::Progress between;
    };

    /// `query` must live as long.
    AuditRowVisitor(Database &database, const AuditQuery &query);

    /// Visits the rows with these ids. Returns false where `between` has ended it early.
    bool visit(IdRange ids, const Hearing &hearing);

private:
    bool visitSlice(AuditSlices &slices, IdRange slice, IdRange all, const Hearing &hearing);

    Database &m_database;
    const AuditQuery &m_query;
    RowBatch m_batch;
};

} // namespace andon
