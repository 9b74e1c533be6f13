// SPDX-License-Identifier: Apache-2.0
#include "core/guard/LeaseQuestion.h"

#include "core/gate/GateErrors.h"
#include "core/gate/SafetyStateTable.h"
#include "core/storage/Database.h"

namespace andon {

LeaseQuestion::LeaseQuestion(Database &database)
    : m_database(database)
    , m_gate(database)
{
}

bool LeaseQuestion::isStillOpen(const ActionIdentity &identity, const GateDecision &seen, qint64 registration) const
{
    const GateDecision now = m_gate.check(identity);
    if (now.verdict == GateDecision::Verdict::Unknown) {
        try {
            static_cast<void>(SafetyStateTable(m_database).read()); // says whether it makes no sense or cannot be read
        } catch (const StateUnknownError &) {
            return false;
        }
        throw Error(now.explanation);
    }
    return now.isOpen() && seen.state && now.state->epoch == seen.state->epoch
        && !HoldTable(m_database).hasCoveredSince(identity, seen.newestHold) && isRegistered(registration);
}

bool LeaseQuestion::isRegistered(qint64 registration) const
{
    return m_database
        .scalar(QStringLiteral("SELECT 1 FROM andon_agent WHERE id = ? AND ended_at IS NULL"), {registration})
        .isValid();
}

} // namespace andon
