// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Protocol.h"
#include "core/gate/HoldTable.h"
#include "core/gate/Permit.h"
#include "core/gate/SafetyState.h"
#include "core/gate/StopRequestTable.h"
#include "core/gate/StopRequests.h"

#include <optional>

namespace andon {

class Database;

/// What the gate says, and why, in a sentence for the person.
struct GateDecision
{
    enum class Verdict {
        Open,    ///< actions may run
        Observe, ///< no: the mode is observe
        Stopped, ///< no: a stop is requested or latched, or the permit is gone
        Held,    ///< no: this agent or this kind of action is held
        Unknown, ///< no: nobody can tell
    };

    Verdict verdict = Verdict::Unknown;
    QString explanation;
    std::optional<SafetyState> state; ///< the row, where it was read
    StopId newestHold = {};           ///< when it was looked for: of a look for one action

    [[nodiscard]] bool isOpen() const { return verdict == Verdict::Open; }
};

/// The check that every claim passes: may this run?
///
/// Looked at afresh each time and in this order: is a stop requested, does the row say execute and
/// not tripped, does the permit hold the row's epoch (on a server the row itself is the permit). The order matters:
/// with the row read first, a stop could commit and withdraw its request in between, and neither would be seen.
/// Whatever is missing, unreadable or unknown closes it.
class Gate
{
public:
    explicit Gate(Database &database, ProtocolObserver observer = {});

    /// Looks. Never throws: trouble is a closed gate.
    [[nodiscard]] GateDecision check() const noexcept;

    /// Looks for one action: holds count too, their requests before their rows for the same reason.
    [[nodiscard]] GateDecision check(const ActionIdentity &identity) const noexcept;

    /// Throws ObserveOnlyError or StateUnknownError unless the gate is open; returns what it saw.
    GateDecision require() const;
    GateDecision require(const ActionIdentity &identity) const;

    /// Inside the transaction of a claim: has a server look and keep its answer true until the transaction ends. The
    /// state row is locked before the action's, in the order in which a sweep locks them. SQLite's one write lock does
    /// that without being asked. Throws StorageError (Refused), as the server's own gate does.
    void pass(const ActionIdentity &identity) const;

    /// Whether a look for the same action that said yes is still good: the gate is open, in the same epoch, and no
    /// hold has covered the action since, not even one that was reset in between.
    [[nodiscard]] bool isStillOpen(const GateDecision &earlier, const ActionIdentity &identity) const noexcept;

    /// Whether a stop of everything stands, on this machine or at the server. Throws StorageError.
    [[nodiscard]] bool isStopRequested() const { return m_requests.any() || m_requestsAtServer.any(); }

    [[nodiscard]] const Permit &permit() const { return m_permit; }
    /// On this machine.
    [[nodiscard]] const StopRequests &requests() const { return m_requests; }
    [[nodiscard]] const StopRequestTable &requestsAtServer() const { return m_requestsAtServer; }

private:
    [[nodiscard]] GateDecision look() const;
    [[nodiscard]] GateDecision lookFor(const ActionIdentity &identity) const;
    static void requireOpen(const GateDecision &decision);
    void reached(ProtocolStep step) const;

    Database &m_database;
    Permit m_permit;
    StopRequests m_requests;
    StopRequestTable m_requestsAtServer;
    ProtocolObserver m_observer;
};

} // namespace andon
