// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Gate.h"

namespace andon {

/// May what was started go on? As `Gate::isStillOpen` asks; but to the gate "no" and "nobody can tell" are the same,
/// and to a lease they are not: who cannot be asked now may be asked before it is over.
/// Belongs to the thread of its database, which must outlive this.
class LeaseQuestion
{
public:
    explicit LeaseQuestion(Database &database);

    /// `seen` is what the gate said when it was started, `registration` its row of `andon_agent`: whoever took it for
    /// gone has ended that, and counts on it. Throws an Error where nobody can tell.
    [[nodiscard]] bool isStillOpen(const ActionIdentity &identity, const GateDecision &seen, qint64 registration) const;

private:
    [[nodiscard]] bool isRegistered(qint64 registration) const;

    Database &m_database;
    Gate m_gate;
};

} // namespace andon
