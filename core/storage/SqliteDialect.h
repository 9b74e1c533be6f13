// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/DatabaseLocation.h"
#include "core/storage/StorageError.h"

namespace andon {

class Database;

/// What is particular to SQLite: its result codes, its journals, its version.
namespace SqliteDialect {

/// The SQLite result code (sqlite.org/rescode.html) as an error for a person.
[[nodiscard]] StorageError translate(int code, const QString &text, const DatabaseLocation &location);

/// The version of the engine that this process runs on, for example "3.53.2".
[[nodiscard]] QString engineVersion();

/// Whether that engine is free of the WAL-reset bug, which can corrupt a database in WAL mode when
/// two connections write and checkpoint at once: fixed in 3.51.3, 3.50.7 and 3.44.6.
[[nodiscard]] bool isWalSafe(int versionNumber);
[[nodiscard]] bool isWalSafe();

/// "wal", "delete", …: what the open database uses.
[[nodiscard]] QString journalMode(Database &database);

/// Puts a new database into WAL where that is safe, and into a rollback journal otherwise.
void chooseJournal(Database &database);

} // namespace SqliteDialect

} // namespace andon
