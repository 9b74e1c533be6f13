// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/copy/CopyTable.h"

#include <QByteArrayList>

namespace andon {

class Database;

/// The triggers of tables that are filled as they were elsewhere: nothing is proposed, started or appended then. They
/// are gone or off inside the caller's transaction only; one that fails leaves them as they were.
/// Needs whoever owns the tables. Every function throws StorageError.
class TriggerPause
{
public:
    TriggerPause(Database &database, const QList<CopyTable> &tables);

    /// Puts them back. To be called before the transaction is committed.
    void end();

private:
    Database &m_database;
    QStringList m_tables;
    QByteArrayList m_definitions; ///< on SQLite, where a trigger cannot be switched off
};

} // namespace andon
