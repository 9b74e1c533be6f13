// SPDX-License-Identifier: Apache-2.0
#include "core/audit/ActionAuditor.h"

#include "core/Error.h"
#include "core/audit/AuditRow.h"
#include "core/audit/JsonObjectText.h"
#include "core/audit/PlainJson.h"
#include "core/audit/redact/StoredRules.h"
#include "core/storage/Database.h"

#include <QJsonDocument>

namespace andon {

namespace {

const QString kInsert = QStringLiteral(
    "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
    "VALUES(?, ?, ?, ?, ?)");

QVariant nullable(std::optional<ProposalId> id)
{
    return id ? QVariant(id->value) : QVariant(QMetaType::fromType<qint64>());
}

QString toText(const QJsonObject &data)
{
    return QString::fromUtf8(QJsonDocument(data).toJson(QJsonDocument::Compact));
}

/// A person, unless the program itself acted.
QString actorOf(const QString &by)
{
    return by == Actor::kSystem ? Actor::kSystem : Actor::kUser;
}

} // namespace

ActionAuditor::ActionAuditor(Database &database, QString by, const Clock &clock)
    : m_database(database)
    , m_by(std::move(by))
    , m_clock(&clock)
    , m_tables(AgentTables::read(database))
    , m_redactor(storedRedactionRules(database))
    , m_sealer(database, m_tables.auditColumns)
{
}

EventId ActionAuditor::append(std::optional<ProposalId> proposal, const QString &type, const QString &data,
                              const QString &actor, const QDateTime &moment)
{
    const QString redacted = m_redactor.redactJson(data);
    Transaction transaction(m_database);
    const EventId id(m_database.insert(kInsert, {nullable(proposal), type, redacted, actor, m_tables.format(moment)}));
    m_sealer.appended(1);
    transaction.commit();
    return id;
}

EventId ActionAuditor::append(std::optional<ProposalId> proposal, const QString &type, const QString &data,
                              const QString &actor)
{
    return append(proposal, type, data, actor, m_clock->now());
}

EventId ActionAuditor::append(std::optional<ProposalId> proposal, const QString &type, const QJsonObject &data,
                              const QString &actor)
{
    return append(proposal, type, data.isEmpty() ? QString() : toText(data), actor, m_clock->now());
}

EventId ActionAuditor::logEvent(const AuditEvent &event)
{
    if (event.eventType.isEmpty() || event.actor.isEmpty())
        throw InvalidInputError(QStringLiteral("An event needs a type and an actor."));
    if (!event.eventData.isEmpty() && !isPlainJsonObject(event.eventData)) {
        QJsonParseError error;
        if (!QJsonDocument::fromJson(event.eventData.toUtf8(), &error).isObject())
            throw InvalidInputError(QStringLiteral("The data of an event must be a JSON object."), error.errorString());
    }
    const QString data = event.eventData.isEmpty() ? QString() : event.eventData;
    return append(event.proposalId, event.eventType, data, event.actor,
                  event.timestamp.isValid() ? event.timestamp : m_clock->now());
}

EventId ActionAuditor::logProposalCreated(const ProposalFacts &proposal)
{
    const bool isKnownActor = proposal.proposedBy == Actor::kUser || proposal.proposedBy == Actor::kSystem;
    const QString data = JsonObjectText()
                             .add(u"action_name", proposal.actionName)
                             .add(u"action_type", proposal.actionType)
                             .addJson(u"parameters", proposal.parameters)
                             .add(u"reason", proposal.reason)
                             .takeText();
    return append(proposal.id, EventType::kProposed, data, isKnownActor ? proposal.proposedBy : Actor::kAgent);
}

EventId ActionAuditor::logValidationPassed(ProposalId id)
{
    return append(id, EventType::kValidated, QString(), Actor::kSystem);
}

EventId ActionAuditor::logExecutionStarted(ProposalId id, const QString &requesterId, const QString &agentId)
{
    JsonObjectText data;
    if (!agentId.isEmpty())
        data.add(u"agent_id", agentId);
    data.add(u"requester_id", requesterId);
    return append(id, EventType::kExecuting, data.takeText(), Actor::kAgent);
}

EventId ActionAuditor::logExecutionCompleted(ProposalId id, bool success, const QString &error,
                                             std::optional<qint64> durationMs, const QString &result)
{
    JsonObjectText data;
    data.addJson(u"duration_ms", durationMs ? QString::number(*durationMs) : QString());
    if (!success)
        data.add(u"error", error);
    if (success || !result.isEmpty())
        data.addJson(u"result", result);
    return append(id, success ? EventType::kCompleted : EventType::kFailed, data.takeText(), Actor::kAgent);
}

EventId ActionAuditor::logCancelled(ProposalId id, const QString &reason, const QString &actor, const QString &details)
{
    JsonObjectText data;
    data.add(u"by", m_by);
    if (!details.isEmpty())
        data.addJson(u"details", details);
    data.add(u"reason", reason);
    return append(id, EventType::kCancelled, data.takeText(), actor);
}

EventId ActionAuditor::logModeChange(const QString &oldMode, const QString &newMode, const QString &reason,
                                     const QString &by, const QJsonObject &more)
{
    QJsonObject data = more;
    data.insert(QStringLiteral("old_mode"), oldMode);
    data.insert(QStringLiteral("new_mode"), newMode);
    data.insert(QStringLiteral("reason"), reason);
    data.insert(QStringLiteral("by"), by);
    return append(std::nullopt, EventType::kModeChange, data, actorOf(by));
}

EventId ActionAuditor::logKillSwitch(qint64 cancelledCount, StopId stop, const QString &by, const QString &reason,
                                     const QJsonObject &more)
{
    QJsonObject data = more;
    data.insert(QStringLiteral("cancelled_count"), cancelledCount);
    data.insert(QStringLiteral("stop_id"), stop.value);
    data.insert(QStringLiteral("by"), by);
    data.insert(QStringLiteral("reason"), reason);
    return append(std::nullopt, EventType::kKillSwitch, data, actorOf(by));
}

EventId ActionAuditor::logReset(StopId stop, const QString &by, const QString &reason, const QJsonObject &more)
{
    QJsonObject data = more;
    data.insert(QStringLiteral("stop_id"), stop.value);
    data.insert(QStringLiteral("by"), by);
    data.insert(QStringLiteral("reason"), reason);
    return append(std::nullopt, EventType::kReset, data, actorOf(by));
}

qint64 ActionAuditor::logPendingCancelled(ProposalId after, ProposalId through, const QJsonObject &data,
                                          const QString &actor, const QString &condition, const QVariantList &values)
{
    const QString sql = QStringLiteral(
                            "INSERT INTO action_audit_log(proposal_id, event_type, event_data, actor, timestamp) "
                            "SELECT id, ?, ?, ?, ? FROM action_proposals "
                            "WHERE status IN ('proposed', 'validated') AND id > ? AND id <= ?")
        + condition + QStringLiteral(" ORDER BY id");
    const QVariantList first{
        EventType::kCancelled, m_redactor.redactJson(toText(data)), actor, m_tables.format(m_clock->now()), after.value,
        through.value};
    Transaction transaction(m_database);
    const qint64 cancelled = m_database.change(sql, first + values);
    m_sealer.appended(cancelled);
    transaction.commit();
    return cancelled;
}

void ActionAuditor::sealBacklog(qint64 limit)
{
    try {
        if (m_sealer.countUnsealed(1) > 0)
            m_sealer.seal(limit);
    } catch (const StorageError &) {
        // It stays unsealed until the next opener, or `verify` says what is damaged.
    }
}

QList<AuditEvent> ActionAuditor::events(std::optional<ProposalId> proposal, const std::optional<QString> &eventType,
                                        int limit)
{
    QString sql = QStringLiteral("SELECT ") + AuditRow::kColumns + QStringLiteral(" FROM action_audit_log");
    QStringList conditions;
    QVariantList values;
    if (proposal) {
        conditions << QStringLiteral("proposal_id = ?");
        values << proposal->value;
    }
    if (eventType) {
        conditions << QStringLiteral("event_type = ?");
        values << *eventType;
    }
    if (!conditions.isEmpty())
        sql += QStringLiteral(" WHERE ") + conditions.join(QStringLiteral(" AND "));
    sql += QStringLiteral(" ORDER BY id DESC LIMIT ?");
    values << limit;

    QList<AuditEvent> events;
    Statement rows = m_database.run(sql, values);
    while (rows.next())
        events << AuditRow::read(rows, m_tables.timestamps);
    return events;
}

} // namespace andon
