// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QString>

#include <optional>

namespace andon {

class ActionAuditor;
class Database;

/// The table `action_records`: one row for each time that an action was executed.
/// Its calls join the transaction of the status change that they account for.
class ActionRecords
{
public:
    ActionRecords(Database &database, ActionAuditor &auditor)
        : m_database(database)
        , m_auditor(auditor)
    {
    }

    void start(ProposalId id);

    /// Ends the newest record of the action; makes one where a program that keeps no records has
    /// started it. Returns how long it ran in milliseconds, where that is known.
    std::optional<qint64> end(ProposalId id, bool success, const QString &error, const QString &result);

private:
    Database &m_database;
    ActionAuditor &m_auditor;
};

} // namespace andon
