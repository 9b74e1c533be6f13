// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"
#include "core/actions/ActionStore.h"
#include "core/gate/SafetyStateTable.h"
#include "core/safety/ModeChange.h"
#include "core/safety/SafetyStatus.h"
#include "core/safety/StopReceipt.h"
#include "core/safety/StopReceiptTable.h"
#include "core/safety/TripSwitch.h"

#include <functional>

namespace andon {

/// A reset or an arm was meant for a state that is no longer the present one.
class StaleStateError : public Error
{
public:
    using Error::Error;
};

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
    /// Permit, gate, sweep. Blocks until all is done. Throws StorageError where the gate could not
    /// be committed: the permit is gone and the request stands all the same.
    StopReceipt killSwitch(const QString &reason = {});

    /// The gate transaction of a stop that was tripped: of constant size, whatever is pending.
    /// Revokes the permit once more; withdraws the request once it is committed. A request that
    /// somebody else has carried out is found by its uid and not carried out again.
    StopReceipt commitStop(const Trip &trip);

    /// Cancels what was pending at the gate, at most 10,000 a transaction, and completes the
    /// receipt, timed from `sinceCall` where that is valid. `progress` hears the receipt after each transaction; false
    /// leaves the rest to the next call of this or of `recover`.
    StopReceipt sweep(StopReceipt receipt, const QElapsedTimer &sinceCall = {},
                      const std::function<bool(const StopReceipt &)> &progress = {});

    /// Clears the latch of exactly this stop; stays in observe. Throws InvalidInputError without a
    /// reason, StaleStateError where a newer stop stands or none does.
    void reset(StopId stop, const QString &reason);

    /// What stands unfinished, whoever left it.
    enum class Recovery {
        GateOnly, ///< carry out requests; leave sweeps
        Full,
    };
    /// Carries out stop requests in the name of whoever filed them, finishes sweeps, and trips a
    /// state row that says execute without a permit. Idempotent. For whoever opens the database.
    void recover(Recovery extent = Recovery::Full);

    /// The newest receipt, or the one of `stop`; nothing where there was none.
    [[nodiscard]] std::optional<StopReceipt> receipt(std::optional<StopId> stop = std::nullopt);

    [[nodiscard]] ActionStore &actions() { return m_store; }

private:
    ModeResult observe(const ModeChange &change);
    ModeResult arm(const ModeChange &change);
    void commitArm(const ModeChange &change, Epoch expected, ModeResult *result);
    void commitObserve(const StopRequest &request);
    qint64 finishObserveSweep();
    /// The state row after a gate, and the receipt; inside the caller's transaction.
    StopReceipt commitGate(const StopRequest &request, std::optional<qint64> permitRevokedUs);
    void revokeBeforeGate() const;
    void tripWithoutPermit();
    bool sweepBatch(StopReceipt *receipt, ProposalId *after, const QElapsedTimer &sinceCall);
    void requireNoStopUnderWay() const;
    void reached(ProtocolStep step) const;
    [[nodiscard]] const StopRequests &requests() const { return m_store.gate().requests(); }
    [[nodiscard]] const Permit &permit() const { return m_store.gate().permit(); }

    Database &m_database;
    ActionAuditor &m_auditor;
    ProtocolObserver m_observer;
    ActionStore m_store;
    SafetyStateTable m_state;
    StopReceiptTable m_receipts;
};

} // namespace andon
