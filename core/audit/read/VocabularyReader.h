// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditVocabulary.h"

namespace andon {

class Database;

/// Looks around in the log: a glance of some 50 ms at most, whatever its size.
///
/// Types and actors come from their indexes, one search a value; where there is none, from the newest events
/// and some from everywhere. What is in the data comes from the newest events. Belongs to the thread of the
/// database. Throws StorageError.
[[nodiscard]] AuditVocabulary readVocabulary(Database &database);

} // namespace andon
