// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSet>
#include <QString>

#include <string_view>

namespace andon {

class Database;

/// The partitions of the log for the months of events that are put there with a time of their own: each is made before
/// the first event of its month, as `andon_make_partitions` makes those to come. What has no such time falls into the
/// default partition. Does nothing on SQLite. Throws StorageError.
class MonthPartitions
{
public:
    explicit MonthPartitions(Database &database);

    /// Whether a partition must be made before an event with this `created_at` is stored.
    [[nodiscard]] bool isMissing(std::string_view createdAt) const;
    void make(std::string_view createdAt);

private:
    Database &m_database;
    QSet<QByteArray> m_known; ///< `2026-11`
};

} // namespace andon
