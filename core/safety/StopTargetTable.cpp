// SPDX-License-Identifier: Apache-2.0
#include "core/safety/StopTargetTable.h"

#include "core/storage/AgentTables.h"
#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

namespace andon {

namespace {

StopTarget::Outcome outcomeOf(const QString &text, bool isStillExecuting, bool isGuarded)
{
    for (const auto outcome : {StopTarget::Outcome::Stopped, StopTarget::Outcome::Ended, StopTarget::Outcome::Gone,
                               StopTarget::Outcome::Failed}) {
        if (text == toString(outcome))
            return outcome;
    }
    return isStillExecuting || isGuarded ? StopTarget::Outcome::Awaited : StopTarget::Outcome::Ended;
}

} // namespace

void StopTargetTable::note(StopId stop, const StopScope &scope)
{
    const ProposalReader::Condition within = ProposalReader(m_database, m_tables).within(scope);
    m_database.run(QStringLiteral("INSERT INTO andon_stop_target(stop_id, agent, proposal_id) "
                                  "SELECT ?, (SELECT max(g.id) FROM andon_agent g WHERE g.proposal_id = p.id "
                                  "AND g.ended_at IS NULL), p.id "
                                  "FROM action_proposals p WHERE p.status = 'executing'")
                       + within.sql + QStringLiteral(" ORDER BY p.id LIMIT ?"),
                   QVariantList{stop.value} + within.values + QVariantList{kMost});
    if (scope.kind == StopScope::Kind::Action)
        return; // a connected program that runs nothing has no action to be held
    QString sessions = QStringLiteral("INSERT INTO andon_stop_target(stop_id, agent) SELECT ?, id FROM andon_agent "
                                      "WHERE ended_at IS NULL AND proposal_id IS NULL");
    QVariantList values{stop.value};
    if (scope.kind == StopScope::Kind::Agent) {
        sessions += QStringLiteral(" AND agent_id = ?");
        values << scope.target;
    }
    m_database.run(sessions + QStringLiteral(" ORDER BY id LIMIT ?"), values + QVariantList{kMost});
}

QList<StopTarget> StopTargetTable::of(StopId stop)
{
    const QString agent = m_tables.proposalColumns.contains(u"agent_id") ? QStringLiteral("p.agent_id")
                                                                         : QStringLiteral("NULL");
    const QString startedAt = m_tables.recordColumns.contains(u"started_at")
        ? QStringLiteral("(SELECT started_at FROM action_records r WHERE r.proposal_id = t.proposal_id "
                         "ORDER BY r.id DESC LIMIT 1)")
        : QStringLiteral("NULL");
    QList<StopTarget> targets;
    Statement rows = m_database.run(
        QStringLiteral("SELECT t.agent IS NOT NULL, t.proposal_id, coalesce(p.action_name, g.action_name), "
                       "coalesce(%1, g.agent_id), g.host, g.pid, %2, g.registered_at, t.outcome, t.after_ms, t.via, "
                       "t.detail, p.status = 'executing' FROM andon_stop_target t "
                       "LEFT JOIN action_proposals p ON p.id = t.proposal_id "
                       "LEFT JOIN andon_agent g ON g.id = t.agent WHERE t.stop_id = ? ORDER BY t.id")
            .arg(agent, startedAt),
        {stop.value});
    while (rows.next()) {
        StopTarget target;
        target.isGuarded = rows.integer(0) != 0;
        target.proposal = ProposalId(rows.integer(1));
        target.actionName = rows.text(2);
        target.agentId = rows.text(3);
        target.host = rows.text(4);
        target.pid = rows.integer(5);
        target.startedAt = parseTimestamp(rows.text(6), m_tables.timestamps).moment;
        if (!target.startedAt.isValid())
            target.startedAt = parseTimestamp(rows.text(7)).moment;
        target.outcome = outcomeOf(rows.text(8), rows.integer(12) != 0, target.isGuarded);
        if (!rows.isNull(9))
            target.afterMs = rows.integer(9);
        target.via = rows.text(10);
        target.detail = rows.text(11);
        targets << target;
    }
    return targets;
}

} // namespace andon
