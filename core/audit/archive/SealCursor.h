// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/seal/SealTable.h"

#include <deque>
#include <optional>
#include <string>

namespace andon {

/// Finds the seals of events that are asked for in their order. Reads the table of seals once, some runs at a time.
/// Belongs to the thread of its database.
class SealCursor
{
public:
    /// Begins at the run that holds this leaf.
    SealCursor(Database &database, qint64 leaf);

    struct Run
    {
        qint64 leaf = 0;
        qint64 count = 0;
        EventId event;
        std::string hashes;
        std::string hints;

        [[nodiscard]] qint64 leafOf(EventId one) const { return leaf + one.value - event.value; }
        /// That was sealed for this event. Throws StorageError (Corrupt) where the run is too short.
        [[nodiscard]] TreeHash hashOf(EventId one) const;
    };

    /// The run that seals the event; nothing where none does. Events come in their order. Throws StorageError.
    [[nodiscard]] const Run *find(EventId event);
    /// The first that was not asked for yet, or the one that was asked for last; nothing at the end.
    [[nodiscard]] const Run *current();
    void skip();

private:
    void read();

    Database &m_database;
    qint64 m_next; ///< the first leaf that was not read
    bool m_isAtEnd = false;
    std::deque<Run> m_runs;
};

} // namespace andon
