// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>

namespace andon {

class Clock;
class Database;

/// The present moment, in UTC and to the millisecond, by the clock that all who share the database have in common: the
/// server's own. Machines whose clocks differ can compare such moments. Of a file, `clock`: one machine has one clock.
/// Throws StorageError.
[[nodiscard]] QDateTime databaseTime(Database &database, const Clock &clock);

} // namespace andon
