// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/verify/FindingList.h"

namespace andon {

class Database;

/// What of the actions no event tells, and the other way round: actions whose present status has no event of that type,
/// events of actions that are not there, actions that were started and have no record.
///
/// Each question is one statement, so that a log that grows meanwhile makes no finding. Throws StorageError.
///
/// `lastArchived`: the highest action that archived events are about; of those up to it that have ended nobody asks for
/// events, which may be in a file.
[[nodiscard]] FindingList verifyCompleteness(Database &database, ProposalId lastArchived = {});

} // namespace andon
