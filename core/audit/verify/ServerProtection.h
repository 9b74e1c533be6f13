// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/FindingList.h"

namespace andon {

class Database;

/// `verifyProtection` at a PostgreSQL server: whether the triggers that the migration makes on the log, the seals, the
/// checkpoints and the identity are there, as they were made, enabled, on each partition too, and call what they were
/// made to call. Throws StorageError.
[[nodiscard]] FindingList verifyServerProtection(Database &database);

} // namespace andon
