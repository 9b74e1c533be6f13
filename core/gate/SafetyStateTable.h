// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/SafetyState.h"

namespace andon {

class Database;

/// Reads and writes the one row of `andon_safety_state`.
class SafetyStateTable
{
public:
    explicit SafetyStateTable(Database &database)
        : m_database(database)
    {
    }

    /// Throws StateUnknownError where the row is missing or says what this program does not know,
    /// and StorageError where it cannot be read.
    [[nodiscard]] SafetyState read() const;

    /// The same inside a Transaction, which nobody changes the row under until it has ended.
    [[nodiscard]] SafetyState readForChange() const;

    /// Replaces the row. To be called inside a Transaction that has read it for that.
    void write(const SafetyState &state);

private:
    [[nodiscard]] SafetyState select(const QString &ending) const;

    Database &m_database;
};

} // namespace andon
