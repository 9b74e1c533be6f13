// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace andon {

class Database;

/// Brings a database to the schema of this program: a new file is laid out, an older schema is
/// migrated, a database that an agent made is adopted, anything else is refused unchanged.
class Schema
{
public:
    /// The version that this program writes, in andon_meta.
    static constexpr int kVersion = 5;

    enum class Kind {
        Empty,     ///< a new file
        Current,   ///< of this version
        Older,     ///< to be migrated
        Adoptable, ///< made by an agent, without Andon's tables
    };

    /// Looks without changing anything. Throws StorageError: NewerSchema for a schema of a newer
    /// program, Foreign for a database that has neither Andon's nor an agent's tables, or whose
    /// tables lack a column that nothing can be done without.
    static Kind inspect(Database &database);

    /// Makes the database current, in one transaction, and at a server the months of the log that are to come
    /// (LogPartitions). Returns what it was before.
    /// Throws as `inspect` does, and StorageError where the database cannot be written.
    static Kind ensure(Database &database);
};

} // namespace andon
