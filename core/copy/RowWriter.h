// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/copy/CopyTable.h"
#include "core/storage/StoredRow.h"

#include <QByteArray>

namespace andon {

class Database;

/// Puts rows into a table of the target as they are, ids included. To a server many go in one statement; whoever is
/// done calls `flush`. Belongs to the thread of its database.
class RowWriter
{
public:
    RowWriter(Database &target, const CopyTable &table);

    /// Takes a row that `complaintAbout` has no word of. Throws StorageError.
    void add(const StoredRow &row);
    void flush();

private:
    void addToDocument(const StoredRow &row);
    void insert(const StoredRow &row);

    Database &m_target;
    const CopyTable &m_table;
    QString m_insert;
    QByteArray m_document; ///< rows that are on their way: a JSON array
    int m_rows = 0;
};

} // namespace andon
