// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace andon {

class Database;

/// The months of a server's log (docs/postgresql.md, "Sizing"): each is a partition that somebody who may makes ahead
/// of time. Belongs to the thread of its database.
class LogPartitions
{
public:
    /// Makes the partitions of this month and the three to come where they are missing, in a transaction of its own.
    /// For an operator or the owner of the tables; does nothing for anybody else, inside a transaction, on a database
    /// that may only be read, and on SQLite. Never throws: an event whose month has no partition falls into the default
    /// one, and whoever comes next tries again.
    static void makeAhead(Database &database) noexcept;
};

} // namespace andon
