// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/copy/CopyTable.h"

namespace andon {

class Database;

namespace IdCounters {

/// Has the target go on counting where the source would: past the highest id there is, and past those of rows that were
/// removed or rolled back, so that no number is given twice. Nothing for a table whose keys nobody counts.
/// Throws StorageError.
void carryOver(Database &source, Database &target, const CopyTable &table);

} // namespace IdCounters

} // namespace andon
