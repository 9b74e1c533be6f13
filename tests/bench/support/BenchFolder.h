// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/DatabaseLocation.h"

#include <QTemporaryDir>

namespace andon {
class Database;
}

namespace andon::bench {

/// A folder on a real disk, removed at the end: beside the program, because /tmp may be memory,
/// where an fsync costs nothing and proves nothing. `ANDON_BENCH_FOLDER` names another place.
class BenchFolder
{
public:
    BenchFolder();

    [[nodiscard]] QString path() const { return m_folder.path(); }
    /// Where a database of this name is to be made.
    [[nodiscard]] DatabaseLocation database(const QString &name) const;

private:
    QTemporaryDir m_folder;
};

/// Adds this many proposed actions, with plausible texts.
void fillPending(Database &database, qint64 count);

/// Adds this many events, as an agent leaves them: six types, four actors' worth of data, one event
/// every 90 ms, ending now. Every 1,000th is an error that mentions "connection timeout"; one alone, the
/// 17th, mentions "disk failure".
void fillEvents(Database &database, qint64 count);

} // namespace andon::bench
