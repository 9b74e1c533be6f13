// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionStore.h"
#include "core/gate/HoldTable.h"
#include "core/gate/SafetyStateTable.h"
#include "core/safety/ModeSwitch.h"
#include "core/safety/RecoveryProcedure.h"
#include "core/safety/SafetyErrors.h"
#include "core/safety/SafetyStatus.h"
#include "core/safety/StopProcedure.h"
#include "core/safety/StopReceipt.h"
#include "core/safety/StopReceiptTable.h"
#include "core/safety/TripSwitch.h"

#include <functional>

namespace andon {

/// Changes the safety state: trip, arm, reset. The mode is not a variable here: it is the row and
/// the permit, read afresh at every call, so that any number of processes see the same.
///
/// Belongs to the thread of its database. docs/safety-protocol.md has the steps and their reasons.
class SafetyController
{
public:
    SafetyController(Database &database, ActionAuditor &auditor, ProtocolObserver observer = {});

    // What is.
    [[nodiscard]] SafetyMode mode() const;
    [[nodiscard]] bool isObserveOnly() const { return !canExecute(); }
    [[nodiscard]] bool canExecute() const { return m_store.gate().check().isOpen(); }
    /// The gatekeeper: every path that executes an action goes through it.
    /// Throws ObserveOnlyError, or StateUnknownError where nobody can tell.
    void checkCanExecute() const { m_store.gate().require(); }
    /// Whether a stop request stands. Looks at the file system only.
    [[nodiscard]] bool isStopRequested() const noexcept { return requests().any(); }
    /// Whether a permit for this epoch is there. Looks at the file system only.
    [[nodiscard]] bool isPermitted(Epoch epoch) const noexcept { return permit().isGranted(epoch); }
    /// Never throws: what cannot be read is `isKnown == false`, with the reason.
    [[nodiscard]] SafetyStatus status() noexcept;

    // Mode.
    /// No-op where the mode is that already. Execute is refused with ObserveOnlyError while tripped
    /// or while a stop is under way; it cancels what is pending unless told to keep it.
    /// Observe takes the permit away first and cancels what is pending, without the latch.
    ModeResult setMode(SafetyMode mode, const ModeChange &change = {});

    // Stop.
    /// Permit, gate, sweep, and the answers of the guards as far as they come within `answerTime`. Blocks until all is
    /// done. Throws StorageError where the gate could not be committed: the permit is gone and the request stands all
    /// the same.
    StopReceipt killSwitch(const QString &reason = {});

    /// The same for one agent or one kind of action, which is held until it is reset by itself.
    StopReceipt hold(const StopScope &scope, const QString &reason = {});

    /// See StopProcedure.
    void deliverStop(Trip &trip) { m_stops.deliver(trip); }
    StopReceipt commitStop(const Trip &trip) { return m_stops.commit(trip); }
    StopReceipt sweep(const StopReceipt &receipt, const QElapsedTimer &sinceCall = {},
                      const std::function<bool(const StopReceipt &)> &progress = {})
    {
        return m_stops.sweep(receipt, sinceCall, progress);
    }
    StopReceipt collect(const StopReceipt &receipt, std::chrono::milliseconds time,
                        const std::function<bool(const StopReceipt &)> &progress = {})
    {
        return m_stops.collect(receipt, time, progress);
    }
    /// How long a stop waits for answers: the deadline, after which a missing one is an alarm, and a second more, since
    /// a tree that needs all of its grace is dead a moment after it.
    [[nodiscard]] std::chrono::milliseconds answerTime();
    /// Keeps what became of the stop hooks with the receipt of that request. False where it is not recorded yet.
    bool recordHooks(const QString &requestUid, const QList<HookOutcome> &hooks);

    /// Clears the latch of exactly this stop; stays in observe. Releases a hold by its number, whatever else stands.
    /// Throws InvalidInputError without a reason, StaleStateError where a newer stop stands or none does.
    void reset(StopId stop, const QString &reason);

    /// What stands unfinished, whoever left it.
    enum class Recovery {
        GateOnly, ///< carry out requests; leave sweeps
        Full,
    };
    /// Carries out stop requests in the name of whoever filed them, finishes sweeps, trips a
    /// state row that says execute without a permit, records what became of guards that vanished, and refuses what
    /// nobody has approved in time; seals what others have written. Idempotent. For whoever opens the database; at a
    /// server that is left to operators.
    void recover(Recovery extent = Recovery::Full);
    /// Seals what this and other programs have appended at a server, where no event is sealed by its own writer, and
    /// nothing on SQLite; nothing for those who may not. What fails is left to the next opener.
    void sealAppended() noexcept;
    /// Whether a guard has vanished without a record, or a question's time is over: a recovery would find something.
    [[nodiscard]] bool hasLeftovers();

    /// The newest receipt, or the one of `stop`; nothing where there was none.
    [[nodiscard]] std::optional<StopReceipt> receipt(std::optional<StopId> stop = std::nullopt)
    {
        return m_stops.receipt(stop);
    }
    /// What is held, oldest first.
    [[nodiscard]] QList<Hold> holds() { return m_holds.standing(); }

    [[nodiscard]] ActionStore &actions() { return m_store; }

private:
    void release(const Hold &hold, const QString &reason);
    void resetStop(StopId stop, const QString &reason);
    [[nodiscard]] const StopRequests &requests() const { return m_store.gate().requests(); }
    [[nodiscard]] const Permit &permit() const { return m_store.gate().permit(); }

    Database &m_database;
    ActionAuditor &m_auditor;
    ProtocolObserver m_observer;
    ActionStore m_store;
    SafetyStateTable m_state;
    HoldTable m_holds;
    StopReceiptTable m_receipts;
    StopProcedure m_stops;
    ModeSwitch m_modes;
    RecoveryProcedure m_recovery;
};

} // namespace andon
