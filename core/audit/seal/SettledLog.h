// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QStringList>

#include <chrono>

namespace andon {

class Database;

/// Up to which event a server's log is settled: no event with a smaller id can appear any more.
///
/// A server hands out ids before the rows that bear them are committed, so that an older id may appear after a newer
/// one. Whoever inserts holds a lock on the log from before it has its id until its transaction has ended
/// (postgresql.org/docs/15/explicit-locking.html, ROW EXCLUSIVE): once all who held it when the newest id was looked
/// for have gone, nothing below that id is still to come. Nobody is kept waiting for that, and no writer notices.
/// On SQLite, with its one write lock, everything that can be seen is settled. Belongs to the thread of its database.
class SettledLog
{
public:
    explicit SettledLog(Database &database);

    /// The newest settled event. Where writers are under way it waits for them up to `patience`, and then tells how far
    /// it was at the call before. Throws StorageError.
    [[nodiscard]] EventId newest(std::chrono::milliseconds patience);

private:
    void begin();
    [[nodiscard]] QStringList writers();

    Database &m_database;
    EventId m_settled;
    EventId m_candidate; ///< settled once none of these is left
    QStringList m_awaited;
};

} // namespace andon
