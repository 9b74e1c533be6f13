// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/FindingList.h"

namespace andon {

class Database;

/// Whether the log, its seals, its checkpoints and its identity are still kept append-only by the triggers of the
/// migrations, word for word; and whether these are tables at all. Triggers of others on Andon's own tables are found,
/// too; on the log an agent may have its own. Throws StorageError.
[[nodiscard]] FindingList verifyProtection(Database &database);

} // namespace andon
