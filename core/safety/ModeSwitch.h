// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionStore.h"
#include "core/gate/SafetyStateTable.h"
#include "core/safety/ModeChange.h"
#include "core/safety/StopProcedure.h"
#include "core/safety/StopReceiptTable.h"

namespace andon {

/// Changes of mode: to observe, which is always possible, and to execute, which is an act of its own ("arm").
/// Belongs to the thread of its database.
class ModeSwitch
{
public:
    /// All must outlive this.
    ModeSwitch(Database &database, ActionAuditor &auditor, ActionStore &store, StopProcedure &stops,
               ProtocolObserver observer);

    /// Takes the permit away first and cancels what is pending, without the latch. No-op in observe.
    ModeResult observe(const ModeChange &change);
    /// The transaction of a change to observe that was tripped, by whomever.
    void commitObserve(const StopRequest &request);
    /// Cancels what a change to observe has left. Returns how many.
    qint64 finishObserveSweep();

    /// Refused with ObserveOnlyError while a stop is latched or under way, with StaleStateError where the state is no
    /// longer the one that the person saw. What stands unfinished must have been carried out before.
    ModeResult arm(const ModeChange &change);

    /// Throws ObserveOnlyError while a stop is requested that is not recorded yet.
    void requireNoStopUnderWay() const;

private:
    void commitArm(const ModeChange &change, Epoch expected, ModeResult *result);
    void reached(ProtocolStep step) const;
    [[nodiscard]] const StopRequests &requests() const { return m_store.gate().requests(); }
    [[nodiscard]] const Permit &permit() const { return m_store.gate().permit(); }

    Database &m_database;
    ActionAuditor &m_auditor;
    ActionStore &m_store;
    StopProcedure &m_stops;
    ProtocolObserver m_observer;
    SafetyStateTable m_state;
    StopReceiptTable m_receipts;
};

} // namespace andon
