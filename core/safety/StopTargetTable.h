// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ProposalReader.h"
#include "core/safety/StopTarget.h"

namespace andon {

class Database;

/// The table `andon_stop_target`: what ran when the gate of a stop was committed, and what became of it. Who is awaited
/// answers through AgentTable; what no guard holds is settled by its own status.
class StopTargetTable
{
public:
    /// A receipt names no more than this many; its count of what ran is that of all.
    static constexpr int kMost = 1000;

    StopTargetTable(Database &database, const AgentTables &tables)
        : m_database(database)
        , m_tables(tables)
    {
    }

    /// Notes what runs and who is connected, within the scope. Joins the gate's transaction.
    void note(StopId stop, const StopScope &scope);

    [[nodiscard]] QList<StopTarget> of(StopId stop);

private:
    Database &m_database;
    const AgentTables &m_tables;
};

} // namespace andon
