// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/ActionAuditor.h"
#include "core/safety/SafetyController.h"
#include "core/storage/Schema.h"
#include "tests/support/TemporaryDatabase.h"

namespace andon::test {

/// One program's view of a database: a connection and all that works on it, in the thread that made it.
struct Workbench
{
    explicit Workbench(const QString &path, ProtocolObserver observer = {},
                       const Database::Options &options = creating(), const Clock &clock = Clock::system());

    Database database;
    Schema::Kind kind; ///< what the database was before
    ActionAuditor auditor;
    SafetyController controller;
    ActionStore &store;

    /// Proposes one action.
    ProposalId propose(const QString &name = QStringLiteral("transfer_leader"));
    /// Proposes and validates one action.
    ProposalId proposeValidated(const QString &name = QStringLiteral("transfer_leader"));
    /// Enables execution. What is pending is kept.
    void arm();
    /// The present state, as it is stored.
    [[nodiscard]] SafetyState state();
    /// How many events of a type there are.
    [[nodiscard]] qint64 countEvents(const QString &type);
    [[nodiscard]] QString statusOf(ProposalId id) { return store.get(id).statusText; }
    /// Puts `count` validated proposals in at once, without their events.
    void fill(qint64 count);
};

} // namespace andon::test
