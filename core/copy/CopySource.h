// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace andon {

class Database;

/// Throws CopyError where this is no database that can be copied now: of another version; in execute mode, with a stop
/// under way or with actions that run, whose guards look at the source and know nothing of a copy. Throws StorageError.
void requireFitSource(Database &source);

/// Throws CopyError where the database holds anything that was written to it, or is none that Andon lays out; leaves
/// an empty one empty. Throws StorageError.
void requireEmptyTarget(Database &target);

} // namespace andon
