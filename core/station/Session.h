// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/ActionAuditor.h"
#include "core/audit/read/AuditReader.h"
#include "core/safety/SafetyController.h"
#include "core/storage/ChangeFeed.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"

namespace andon {

/// One connection, with everything that works on it. Belongs to the thread that made it.
struct Session
{
    /// How a database is opened.
    enum class Opening {
        First, ///< a file that is not there is made, an agent's database is adopted
        Again, ///< a database that vanished or was emptied is an error, never replaced
    };

    /// Throws StorageError.
    Session(const DatabaseLocation &location, Database::Options options, const QString &by, Opening opening);

    Database database;
    Schema::Kind kind; ///< what the database was before it was opened; Adoptable stays so when read-only
    ActionAuditor auditor;
    SafetyController controller;
    AuditReader reader;
    ChangeFeed feed; ///< of this connection: a new one starts anew

private:
    static Schema::Kind prepare(Database &database, Opening opening);
};

} // namespace andon
