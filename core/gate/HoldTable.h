// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Hold.h"

#include <QList>
#include <QVariant>

#include <optional>

namespace andon {

class Database;

/// The table `andon_hold`: the latches of scoped stops. Its changes join the transaction of the stop or reset.
class HoldTable
{
public:
    explicit HoldTable(Database &database)
        : m_database(database)
    {
    }

    /// The newest takes the place of an older one of the same scope: a reset is meant for one stop.
    void insert(const Hold &hold);
    /// False where no such hold stands.
    bool release(StopId stop, const QDateTime &at);

    /// Those that stand, oldest first.
    [[nodiscard]] QList<Hold> standing();
    [[nodiscard]] std::optional<Hold> standing(StopId stop);
    /// The oldest that stands and covers this one.
    [[nodiscard]] std::optional<Hold> covering(const ActionIdentity &identity);

    /// The number of the newest hold there ever was, released or not; 0 where there was none.
    [[nodiscard]] StopId newest();
    /// Whether one newer than `since` covers this one, released or not.
    [[nodiscard]] bool hasCoveredSince(const ActionIdentity &identity, StopId since);

private:
    [[nodiscard]] QList<Hold> select(const QString &condition, const QVariantList &values);

    Database &m_database;
};

} // namespace andon
