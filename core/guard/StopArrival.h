// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Gate.h"

namespace andon {

class Database;
class SafetyController;

/// Whether a stop has come since an action was started, and whether it is recorded yet: a guard is quicker than the
/// gate's transaction, and an answer needs something to answer to. Belongs to the thread of its database.
class StopArrival
{
public:
    /// `seen` is what the gate said when the action was started. Both must outlive this.
    StopArrival(Database &database, SafetyController &safety, ActionIdentity identity, GateDecision seen);

    /// Whether a stop, a hold or a change of mode has been committed since. Throws StorageError.
    [[nodiscard]] bool isRecorded() const;

    /// To be called first in a transaction that answers for the last time: no stop is committed until it has ended. On
    /// a server one could otherwise be, and wait in vain for who is ending; a file has but one write lock, and this
    /// does nothing. Throws StorageError: Denied to a login that is neither agent nor operator (ServerRoles).
    static void holdOff(Database &database);

    /// Waits until it is, five seconds at the most: what was not stopped by a stop has none to wait for, nor what was
    /// by one that was taken back, since whoever pressed it may not stop. Carries the stop out where its own program
    /// does not. Throws StorageError.
    void await() const;

private:
    /// Nothing stands, and nothing is recorded.
    [[nodiscard]] bool isWithdrawn() const;

    Database &m_database;
    SafetyController &m_safety;
    ActionIdentity m_identity;
    GateDecision m_seen;
};

} // namespace andon
