// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Clock.h"
#include "core/audit/AuditEvent.h"
#include "core/audit/redact/Redactor.h"
#include "core/audit/seal/Sealer.h"
#include "core/storage/AgentTables.h"

#include <QJsonObject>
#include <QList>
#include <QVariant>

#include <optional>

namespace andon {

class Database;

/// What an auditor needs to know of a proposal that was just made.
struct ProposalFacts
{
    ProposalId id;
    QString actionName;
    QString actionType;
    QString parameters; ///< JSON as text; null where there are none
    QString reason;
    QString proposedBy; ///< agent, user or system
};

/// Writes the audit log: the only way in which Andon appends to it.
///
/// Each call joins the transaction that is open on the database, so that a change and its event are
/// stored together or not at all; without one, the event is durable on return. What is appended is sealed in the same
/// transaction (seal/Sealer.h).
/// Secrets are taken out of an event's data before it is written, by the rules that the database had when the auditor
/// was made (docs/redaction.md).
/// Belongs to the thread of its database. Failures are StorageErrors.
class ActionAuditor
{
public:
    /// `by` is who uses this program (user@host); it goes into the data of what a person does.
    ActionAuditor(Database &database, QString by, const Clock &clock = Clock::system());

    /// Appends any event. Throws InvalidInputError where its data is neither empty nor a JSON object.
    EventId logEvent(const AuditEvent &event);

    EventId logProposalCreated(const ProposalFacts &proposal);
    EventId logValidationPassed(ProposalId id);
    EventId logExecutionStarted(ProposalId id, const QString &requesterId, const QString &agentId);
    /// `completed` with duration_ms and result (JSON as text; null where there is none), or `failed` with
    /// duration_ms, error and, where there is one, the result too.
    EventId logExecutionCompleted(ProposalId id, bool success, const QString &error, std::optional<qint64> durationMs,
                                  const QString &result);
    /// `details` is JSON as text, null where there is none: what was stopped, and how.
    EventId logCancelled(ProposalId id, const QString &reason, const QString &actor = Actor::kUser,
                         const QString &details = {});
    EventId logModeChange(const QString &oldMode, const QString &newMode, const QString &reason, const QString &by,
                          const QJsonObject &more = {});
    /// One `kill_switch` event: `{"cancelled_count": n, "stop_id": …, "by": …, "reason": …}`.
    /// `more`: `{"scope": …, "target": …}` where not everything was stopped.
    EventId logKillSwitch(qint64 cancelledCount, StopId stop, const QString &by, const QString &reason,
                          const QJsonObject &more = {});
    EventId logReset(StopId stop, const QString &by, const QString &reason, const QJsonObject &more = {});

    /// One `cancelled` event for each pending proposal with an id above `after` and up to `through`,
    /// with the same data. Returns how many. For sweeps: one statement, whatever the number. `condition` (` AND …`)
    /// and its values narrow it.
    qint64 logPendingCancelled(ProposalId after, ProposalId through, const QJsonObject &data, const QString &actor,
                               const QString &condition = {}, const QVariantList &values = {});

    /// Seals what other programs have written, up to `limit` events: for whoever opens the database. Writes nothing
    /// where all is sealed. What cannot be sealed now, or at all since the seals are damaged, is left to the next
    /// opener or to `verify`: nobody who opens a database fails at that.
    void sealBacklog(qint64 limit);

    /// Events, newest first; of one proposal or one type where given. `limit` rows at most.
    [[nodiscard]] QList<AuditEvent> events(std::optional<ProposalId> proposal = std::nullopt,
                                           const std::optional<QString> &eventType = std::nullopt, int limit = 100);

    [[nodiscard]] const QString &by() const { return m_by; }
    [[nodiscard]] const Clock &clock() const { return *m_clock; }
    [[nodiscard]] const AgentTables &tables() const { return m_tables; }
    /// For what else is stored beside the events.
    [[nodiscard]] const Redactor &redactor() const { return m_redactor; }

private:
    EventId append(std::optional<ProposalId> proposal, const QString &type, const QString &data, const QString &actor,
                   const QDateTime &moment);
    EventId append(std::optional<ProposalId> proposal, const QString &type, const QString &data, const QString &actor);
    EventId append(std::optional<ProposalId> proposal, const QString &type, const QJsonObject &data,
                   const QString &actor);

    Database &m_database;
    QString m_by;
    const Clock *m_clock;
    AgentTables m_tables;
    Redactor m_redactor;
    Sealer m_sealer;
};

} // namespace andon
