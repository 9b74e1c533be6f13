// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace andon {

class Database;

/// Whether these columns can hold whole numbers alone, so that they can be compared with some. Always true on SQLite,
/// where each value says what it is and everything compares with everything. Throws StorageError.
[[nodiscard]] bool areNumbers(Database &database, const QString &table, const QStringList &columns);

} // namespace andon
