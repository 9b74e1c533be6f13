// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionStore.h"
#include "core/gate/SafetyStateTable.h"
#include "core/safety/StopReceiptTable.h"
#include "core/safety/StopTargetTable.h"
#include "core/safety/TripSwitch.h"

#include <chrono>
#include <functional>

namespace andon {

/// What follows the trip of a stop, of everything or of one agent or kind of action: gate, sweep, answers.
/// docs/safety-protocol.md has the steps. Belongs to the thread of its database.
class StopProcedure
{
public:
    /// All must outlive this.
    StopProcedure(Database &database, ActionAuditor &auditor, ActionStore &store, ProtocolObserver observer);

    /// Has a server know of the request, which no lock can hold up: from here no claim passes on any machine, and every
    /// guard that can be reached is told. Nothing to do on SQLite, or twice. Throws StorageError.
    void deliver(Trip &trip);

    /// The gate transaction of a stop that was tripped: of constant size, whatever is pending.
    /// Revokes the permit once more; withdraws the request once it is committed, and only while the path still leads to
    /// the file that it was committed to: throws StorageError (Detached) otherwise, and the request stands. A request
    /// that somebody else has carried out is found by its uid and not carried out again. Sessions that keep a server's
    /// state row locked are ended: the next attempt finds it free.
    StopReceipt commit(const Trip &trip);

    /// Cancels what was pending at the gate, ActionStore::sweepBatch a transaction, and completes the
    /// receipt, timed from `sinceCall` where that is valid. `progress` hears the receipt after each transaction; false
    /// leaves the rest to the next call of this or of a recovery.
    StopReceipt sweep(StopReceipt receipt, const QElapsedTimer &sinceCall = {},
                      const std::function<bool(const StopReceipt &)> &progress = {});

    /// Waits until every guard that the stop found has answered, `time` at the most. `progress` hears each news; false
    /// ends the waiting.
    StopReceipt collect(StopReceipt receipt, std::chrono::milliseconds time,
                        const std::function<bool(const StopReceipt &)> &progress = {});

    /// The state row after a gate, and the receipt; inside the caller's transaction.
    StopReceipt commitGate(const StopRequest &request, std::optional<qint64> permitRevokedUs);

    /// Takes the permit away where it can; a gate is committed all the same where it cannot.
    void revokeBeforeGate() const;

    /// The receipt as it is now, with what became of what ran. Of no stop in particular: the stop of everything that
    /// stands, whatever was held since, or else the newest.
    [[nodiscard]] std::optional<StopReceipt> receipt(std::optional<StopId> stop = std::nullopt);

private:
    StopReceipt commitHold(const StopRequest &request);
    [[nodiscard]] StopReceipt begin(const StopRequest &request, Epoch epoch);
    [[nodiscard]] StopReceipt commitOnce(const Trip &trip);
    void endBlockers();
    void addTargets(StopReceipt *receipt);
    bool sweepBatch(StopReceipt *receipt, ProposalId *after, const QElapsedTimer &sinceCall);
    void reached(ProtocolStep step) const;

    Database &m_database;
    ActionAuditor &m_auditor;
    ActionStore &m_store;
    ProtocolObserver m_observer;
    SafetyStateTable m_state;
    HoldTable m_holds;
    StopReceiptTable m_receipts;
    StopTargetTable m_targets;
};

} // namespace andon
