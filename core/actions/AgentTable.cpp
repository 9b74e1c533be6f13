// SPDX-License-Identifier: Apache-2.0
#include "core/actions/AgentTable.h"

#include "core/storage/Database.h"
#include "core/storage/LeaseTerms.h"
#include "core/storage/Timestamp.h"

namespace andon {

namespace {

QString toString(AgentRegistration::Kind kind)
{
    return kind == AgentRegistration::Kind::Guard ? QStringLiteral("guard") : QStringLiteral("session");
}

QVariant nullable(const std::optional<ProposalId> &proposal)
{
    return proposal ? QVariant(proposal->value) : QVariant(QMetaType::fromType<qint64>());
}

QString orEmpty(const QString &text)
{
    return text.isNull() ? QStringLiteral("") : text;
}

} // namespace

bool AgentRegistration::isGone() const
{
    return process.presence() == ProcessIdentity::Presence::Gone
        && (guardProcess.pid == 0 || guardProcess.presence() == ProcessIdentity::Presence::Gone);
}

bool AgentRegistration::isSilent(const QDateTime &now) const
{
    LeaseTerms terms;
    terms.lease = lease;
    return lease.count() > 0 && process.presence() == ProcessIdentity::Presence::Elsewhere
        && terms.isLongOver(seenAt, now);
}

QString toString(StopAnswer::Outcome outcome)
{
    switch (outcome) {
    case StopAnswer::Outcome::Stopped:
        return QStringLiteral("stopped");
    case StopAnswer::Outcome::Ended:
        return QStringLiteral("ended");
    case StopAnswer::Outcome::Gone:
        return QStringLiteral("gone");
    case StopAnswer::Outcome::Failed:
        break;
    }
    return QStringLiteral("failed");
}

qint64 AgentTable::add(const AgentRegistration &registration)
{
    const QString now = formatTimestamp(registration.registeredAt);
    QString columns = QStringLiteral("kind, agent_id, action_name, proposal_id, host, pid, process, guard_process, "
                                     "registered_at, seen_at, acknowledged_epoch");
    QString places = QStringLiteral("?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?");
    QVariantList values{toString(registration.kind),
                        orEmpty(registration.agentId),
                        orEmpty(registration.actionName),
                        nullable(registration.proposal),
                        registration.process.host,
                        registration.pid,
                        registration.process.toString(),
                        registration.guardProcess.pid > 0 ? registration.guardProcess.toString() : QStringLiteral(""),
                        now,
                        now,
                        registration.acknowledged.value};
    if (hasLeases()) {
        columns += QStringLiteral(", lease_ms");
        places += QStringLiteral(", ?");
        values << qint64{registration.lease.count()};
    }
    return m_database.insert(QStringLiteral("INSERT INTO andon_agent(%1) VALUES(%2)").arg(columns, places), values);
}

void AgentTable::setRunning(qint64 id, qint64 pid, const ProcessIdentity &guardProcess)
{
    m_database.run(QStringLiteral("UPDATE andon_agent SET pid = ?, guard_process = ? WHERE id = ?"),
                   {pid, guardProcess.pid > 0 ? guardProcess.toString() : QStringLiteral(""), id});
}

void AgentTable::beat(qint64 id, const QDateTime &now)
{
    m_database.run(QStringLiteral("UPDATE andon_agent SET seen_at = ? WHERE id = ? AND ended_at IS NULL"),
                   {formatTimestamp(now), id});
}

void AgentTable::acknowledge(qint64 id, Epoch epoch, const QDateTime &now)
{
    m_database.run(QStringLiteral("UPDATE andon_agent SET acknowledged_epoch = ?, seen_at = ? WHERE id = ?"),
                   {epoch.value, formatTimestamp(now), id});
}

void AgentTable::answer(qint64 id, const StopAnswer &answer)
{
    struct Awaiting
    {
        qint64 target;
        QDateTime requestedAt;
    };
    QList<Awaiting> awaiting;
    {
        Statement rows = m_database.run(QStringLiteral("SELECT t.id, r.requested_at FROM andon_stop_target t "
                                                       "JOIN andon_stop_receipt r ON r.stop_id = t.stop_id "
                                                       "WHERE t.agent = ? AND t.outcome = 'awaited'"),
                                        {id});
        while (rows.next())
            awaiting.append({rows.integer(0), parseTimestamp(rows.text(1)).moment});
    }
    for (const Awaiting &one : std::as_const(awaiting)) {
        const qint64 afterMs = one.requestedAt.isValid() ? qMax<qint64>(0, one.requestedAt.msecsTo(answer.at)) : 0;
        m_database.run(QStringLiteral("UPDATE andon_stop_target SET outcome = ?, confirmed_at = ?, after_ms = ?, "
                                      "via = ?, detail = ? WHERE id = ?"),
                       {andon::toString(answer.outcome), formatTimestamp(answer.at), afterMs, orEmpty(answer.via),
                        orEmpty(answer.detail), one.target});
    }
}

bool AgentTable::isAwaited(qint64 id)
{
    return m_database
        .scalar(QStringLiteral("SELECT 1 FROM andon_stop_target WHERE agent = ? AND outcome = 'awaited' LIMIT 1"), {id})
        .isValid();
}

bool AgentTable::end(qint64 id, const QString &outcome, const QDateTime &now)
{
    return m_database
               .run(QStringLiteral("UPDATE andon_agent SET ended_at = ?, outcome = ? "
                                   "WHERE id = ? AND ended_at IS NULL"),
                    {formatTimestamp(now), outcome, id})
               .affectedRows()
        > 0;
}

bool AgentTable::endUnseen(const AgentRegistration &silent, const QDateTime &now)
{
    return m_database
               .run(QStringLiteral("UPDATE andon_agent SET ended_at = ?, outcome = 'gone' "
                                   "WHERE id = ? AND ended_at IS NULL AND seen_at <= ?"),
                    {formatTimestamp(now), silent.id, formatTimestamp(silent.seenAt)})
               .affectedRows()
        > 0;
}

bool AgentTable::hasLeases() const
{
    return m_database.engine() == SqlEngine::PostgreSql;
}

QList<AgentRegistration> AgentTable::live()
{
    QList<AgentRegistration> registrations;
    Statement rows = m_database.run(
        QStringLiteral("SELECT id, kind, agent_id, action_name, proposal_id, pid, process, guard_process, "
                       "registered_at, seen_at, acknowledged_epoch, %1 FROM andon_agent "
                       "WHERE ended_at IS NULL ORDER BY id")
            .arg(hasLeases() ? QStringLiteral("lease_ms") : QStringLiteral("0")));
    while (rows.next()) {
        AgentRegistration one;
        one.id = rows.integer(0);
        one.kind = rows.text(1) == u"guard" ? AgentRegistration::Kind::Guard : AgentRegistration::Kind::Session;
        one.agentId = rows.text(2);
        one.actionName = rows.text(3);
        if (!rows.isNull(4))
            one.proposal = ProposalId(rows.integer(4));
        one.pid = rows.integer(5);
        one.process = ProcessIdentity::fromString(rows.text(6));
        one.guardProcess = ProcessIdentity::fromString(rows.text(7));
        one.registeredAt = parseTimestamp(rows.text(8)).moment;
        one.seenAt = parseTimestamp(rows.text(9)).moment;
        one.acknowledged = Epoch(rows.integer(10));
        one.lease = std::chrono::milliseconds(rows.integer(11));
        registrations << one;
    }
    return registrations;
}

} // namespace andon
