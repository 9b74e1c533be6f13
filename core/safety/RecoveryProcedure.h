// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/AgentTable.h"
#include "core/safety/ModeSwitch.h"
#include "core/safety/StopProcedure.h"

namespace andon {

/// Finishes what others have left: processes are killed between any two steps.
/// Idempotent, and harmless beside others that do the same. Belongs to the thread of its database.
class RecoveryProcedure
{
public:
    /// All must outlive this.
    RecoveryProcedure(Database &database, ActionAuditor &auditor, ActionStore &store, StopProcedure &stops,
                      ModeSwitch &modes);

    /// Carries out stop requests in the name of whoever filed them, and trips a state row that says execute without a
    /// permit.
    void carryOutStops();

    /// Ends sweeps, with exact counts.
    void finishSweeps();

    /// Records what became of actions whose guard has vanished: failed, and for a stop that awaits it "gone", which is
    /// not "stopped". A guard whose helper still ends the process tree is waited for: the next opener records it. One
    /// on another machine has vanished once its lease is over for certain, and not before.
    void recordGoneGuards();
    [[nodiscard]] bool isAnyGuardGone();

private:
    void tripWithoutPermit();
    [[nodiscard]] QList<AgentRegistration> gone();
    void recordGone(const AgentRegistration &gone);
    [[nodiscard]] const StopRequests &requests() const { return m_store.gate().requests(); }
    [[nodiscard]] const Permit &permit() const { return m_store.gate().permit(); }

    Database &m_database;
    ActionAuditor &m_auditor;
    ActionStore &m_store;
    StopProcedure &m_stops;
    ModeSwitch &m_modes;
    SafetyStateTable m_state;
    StopReceiptTable m_receipts;
    AgentTable m_agents;
};

} // namespace andon
