// SPDX-License-Identifier: Apache-2.0
#include "core/actions/ActionStore.h"

#include "core/actions/Assignments.h"
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/storage/Database.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <chrono>
#include <thread>

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr int kSweepBatch = 10'000;
/// How long an agent leaves the write lock to a stop, which is recorded in far less where nothing is wrong.
constexpr auto kGiveWayTime = 100ms;

const QString kPending = QStringLiteral("status IN ('proposed', 'validated')");

QString toText(const QJsonValue &value)
{
    if (value.isNull() || value.isUndefined())
        return {};
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    // A bare value is the only element of an array without its brackets.
    const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(array.mid(1, array.size() - 2));
}

} // namespace

ActionStore::ActionStore(Database &database, ActionAuditor &auditor, ProtocolObserver observer)
    : m_database(database)
    , m_auditor(auditor)
    , m_records(database, auditor)
    , m_statements(database, auditor.tables())
    , m_observer(observer)
    , m_gate(database, std::move(observer))
{
}

void ActionStore::giveWayToStop() const
{
    // SQLite's lock has no queue: an agent that takes it again at once would keep the stop from its gate.
    const auto until = std::chrono::steady_clock::now() + kGiveWayTime;
    while (!m_database.isInTransaction() && m_gate.requests().any() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(1ms);
}

ProposalId ActionStore::propose(const ActionRequest &request)
{
    giveWayToStop();
    if (request.actionName.trimmed().isEmpty())
        throw InvalidInputError(QStringLiteral("An action needs a name."));
    const QString now = m_auditor.tables().format(m_auditor.clock().now());
    const QString parameters = toText(request.parameters);

    Transaction transaction(m_database);
    const ProposalId id = m_statements.insert(request, parameters, now);
    m_auditor.logProposalCreated(
        {id, request.actionName, request.actionType, parameters, request.reason, request.proposedBy});
    transaction.commit();
    return id;
}

QString ActionStore::statusOf(ProposalId id)
{
    QString status;
    bool isThere = false;
    m_database.visit(QStringLiteral("SELECT status FROM action_proposals WHERE id = ?"), {id.value},
                     [&](const StoredRow &row) {
                         const std::string_view text = row.text(0);
                         status = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
                         isThere = true;
                         return true;
                     });
    if (!isThere)
        throw NotFoundError(QStringLiteral("There is no action %1.").arg(id.toString()));
    return status;
}

void ActionStore::requireStatus(ProposalId id, const QList<ActionStatus> &allowed, ActionStatus wanted)
{
    const QString text = statusOf(id);
    const std::optional<ActionStatus> status = actionStatusFromString(text);
    if (!status || !allowed.contains(*status))
        throw TransitionError(id, text, toString(wanted));
}

void ActionStore::setStatus(ProposalId id, ActionStatus status, const QString &timeColumn, const QString &error)
{
    m_statements.setStatus(id, status, timeColumn, error, m_auditor.tables().format(m_auditor.clock().now()));
}

void ActionStore::validate(ProposalId id)
{
    giveWayToStop();
    Transaction transaction(m_database);
    requireStatus(id, {ActionStatus::Proposed}, ActionStatus::Validated);
    setStatus(id, ActionStatus::Validated, QStringLiteral("validated_at"));
    m_auditor.logValidationPassed(id);
    transaction.commit();
}

void ActionStore::commitClaim(ProposalId id)
{
    try {
        Transaction transaction(m_database);
        requireStatus(id, {ActionStatus::Validated}, ActionStatus::Executing);
        setStatus(id, ActionStatus::Executing, {});
        m_records.start(id);
        const ActionProposal proposal = get(id);
        m_auditor.logExecutionStarted(id, proposal.requesterId, proposal.agentId);
        transaction.commit();
    } catch (const StorageError &error) {
        if (error.problem() != StorageProblem::Refused || error.message() != ObserveOnlyError::prefix())
            throw;
        m_gate.require(); // says which stop or mode came in between
        throw ObserveOnlyError(ObserveOnlyError::Cause::Observe,
                               QStringLiteral("The mode changed at this very moment. Ask again."));
    }
}

void ActionStore::claim(ProposalId id, const std::function<void()> &startWatching)
{
    if (m_database.isInTransaction())
        throw InvalidInputError(QStringLiteral("An action is claimed in a transaction of its own."));
    const Epoch claimedUnder = m_gate.require().state->epoch;
    commitClaim(id);
    if (m_observer)
        m_observer(ProtocolStep::ClaimCommitted);
    if (startWatching)
        startWatching();
    if (m_observer)
        m_observer(ProtocolStep::WatchStarted);

    const GateDecision last = m_gate.check();
    if (last.isOpen() && last.state->epoch == claimedUnder)
        return;
    markStopped(id, QStringLiteral("stopped between claim and start"));
    m_gate.require();
    throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped,
                           QStringLiteral("A stop came between claim and start. Propose the action again."));
}

void ActionStore::complete(ProposalId id, const QJsonValue &result)
{
    giveWayToStop();
    Transaction transaction(m_database);
    requireStatus(id, {ActionStatus::Executing}, ActionStatus::Completed);
    const QString resultText = toText(result);
    const std::optional<qint64> durationMs = m_records.end(id, true, {}, resultText);
    setStatus(id, ActionStatus::Completed, {});
    m_auditor.logExecutionCompleted(id, true, {}, durationMs, resultText);
    transaction.commit();
}

void ActionStore::fail(ProposalId id, const QString &error)
{
    giveWayToStop();
    Transaction transaction(m_database);
    requireStatus(id, {ActionStatus::Executing}, ActionStatus::Failed);
    const std::optional<qint64> durationMs = m_records.end(id, false, error, {});
    setStatus(id, ActionStatus::Failed, {}, error);
    m_auditor.logExecutionCompleted(id, false, error, durationMs, {});
    transaction.commit();
}

void ActionStore::cancel(ProposalId id, const QString &reason, const QString &actor)
{
    giveWayToStop();
    Transaction transaction(m_database);
    requireStatus(id, {ActionStatus::Proposed, ActionStatus::Validated}, ActionStatus::Cancelled);
    setStatus(id, ActionStatus::Cancelled, QStringLiteral("cancelled_at"));
    m_auditor.logCancelled(id, reason, actor);
    transaction.commit();
}

void ActionStore::markStopped(ProposalId id, const QString &reason)
{
    Transaction transaction(m_database);
    requireStatus(id, {ActionStatus::Executing}, ActionStatus::Cancelled);
    m_records.end(id, false, reason, {});
    setStatus(id, ActionStatus::Cancelled, QStringLiteral("cancelled_at"), reason);
    m_auditor.logCancelled(id, reason, Actor::kSystem);
    transaction.commit();
}

ActionStore::SweepBatch ActionStore::cancelPending(ProposalId after, ProposalId through, int limit,
                                                   const QJsonObject &data, const QString &actor)
{
    Transaction transaction(m_database);
    SweepBatch batch;
    qint64 found = 0;
    {
        Statement bounds = m_database.run(
            QStringLiteral("SELECT max(id), count(*) FROM (SELECT id FROM action_proposals WHERE ") + kPending
                + QStringLiteral(" AND id > ? AND id <= ? ORDER BY id LIMIT ?)"),
            {after.value, through.value, limit});
        bounds.next();
        batch.last = ProposalId(bounds.integer(0));
        found = bounds.integer(1);
    }
    batch.isLast = found < limit;
    if (found == 0) {
        transaction.commit(); // and not a rollback, which would take the caller's transaction with it
        return batch;
    }
    batch.cancelled = m_auditor.logPendingCancelled(after, batch.last, data, actor);

    const QStringList &present = m_auditor.tables().proposalColumns;
    const QString now = m_auditor.tables().format(m_auditor.clock().now());
    Assignments row;
    row.add(present, QStringLiteral("status"), toString(ActionStatus::Cancelled));
    row.add(present, QStringLiteral("cancelled_at"), now);
    row.add(present, QStringLiteral("updated_at"), now);
    QString sql = QStringLiteral("UPDATE action_proposals SET ") + row.asSet();
    if (present.contains(u"version"))
        sql += QStringLiteral(", version = version + 1");
    sql += QStringLiteral(" WHERE ") + kPending + QStringLiteral(" AND id > ? AND id <= ?");
    m_database.run(sql, row.values + QVariantList{after.value, batch.last.value});
    transaction.commit();
    return batch;
}

qint64 ActionStore::cancelAllPending(const QString &reason, const QString &actor)
{
    const QJsonObject data{{QStringLiteral("reason"), reason}, {QStringLiteral("by"), m_auditor.by()}};
    const ProposalId through = newest();
    qint64 cancelled = 0;
    SweepBatch batch;
    do {
        batch = cancelPending(batch.last, through, kSweepBatch, data, actor);
        cancelled += batch.cancelled;
    } while (!batch.isLast);
    return cancelled;
}

ProposalId ActionStore::newest()
{
    return ProposalId(m_database.scalar(QStringLiteral("SELECT max(id) FROM action_proposals")).toLongLong());
}

QString ActionStore::selectClause()
{
    if (!m_selectClause.isEmpty())
        return m_selectClause;
    const AgentTables &tables = m_auditor.tables();
    QStringList columns;
    for (const QString &column :
         {QStringLiteral("id"), QStringLiteral("action_name"), QStringLiteral("action_type"),
          QStringLiteral("parameters"), QStringLiteral("reason"), QStringLiteral("status"),
          QStringLiteral("requester_id"), QStringLiteral("agent_id"), QStringLiteral("last_error"),
          QStringLiteral("proposed_at"), QStringLiteral("validated_at"), QStringLiteral("version")})
        columns << (tables.proposalColumns.contains(column) ? column : QStringLiteral("NULL"));
    columns << (tables.recordColumns.contains(u"started_at") ? QStringLiteral(
                    "(SELECT started_at FROM action_records r WHERE r.proposal_id = action_proposals.id "
                    "ORDER BY r.id DESC LIMIT 1)")
                                                             : QStringLiteral("NULL"));
    m_selectClause = QStringLiteral("SELECT ") + columns.join(QStringLiteral(", "))
        + QStringLiteral(" FROM action_proposals");
    return m_selectClause;
}

ActionProposal ActionStore::readRow(const Statement &row) const
{
    const TimestampStyle style = m_auditor.tables().timestamps;
    ActionProposal proposal;
    proposal.id = ProposalId(row.integer(0));
    proposal.actionName = row.text(1);
    proposal.actionType = row.text(2);
    proposal.parameters = row.text(3);
    proposal.reason = row.text(4);
    proposal.statusText = row.text(5);
    proposal.status = actionStatusFromString(proposal.statusText);
    proposal.requesterId = row.text(6);
    proposal.agentId = row.text(7);
    proposal.lastError = row.text(8);
    proposal.proposedAt = parseTimestamp(row.text(9), style).moment;
    proposal.validatedAt = parseTimestamp(row.text(10), style).moment;
    proposal.version = row.integer(11);
    proposal.startedAt = parseTimestamp(row.text(12), style).moment;
    return proposal;
}

ActionProposal ActionStore::get(ProposalId id)
{
    Statement row = m_database.run(selectClause() + QStringLiteral(" WHERE id = ?"), {id.value});
    if (!row.next())
        throw NotFoundError(QStringLiteral("There is no action %1.").arg(id.toString()));
    return readRow(row);
}

QList<ActionProposal> ActionStore::list(const QList<ActionStatus> &statuses, int limit, ProposalId before)
{
    QStringList conditions;
    QVariantList values;
    if (!statuses.isEmpty()) {
        // Literals from our own enumeration, not marks: a partial index is used for literals only.
        QStringList names;
        for (const ActionStatus status : statuses)
            names << u'\'' + toString(status) + u'\'';
        conditions << (names.size() == 1 ? QStringLiteral("status = ") + names.first()
                                         : QStringLiteral("status IN (") + names.join(QStringLiteral(", ")) + u')');
    }
    if (before.isValid()) {
        conditions << QStringLiteral("id < ?");
        values << before.value;
    }
    QString sql = selectClause();
    if (!conditions.isEmpty())
        sql += QStringLiteral(" WHERE ") + conditions.join(QStringLiteral(" AND "));
    Statement rows = m_database.run(sql + QStringLiteral(" ORDER BY id DESC LIMIT ?"), values + QVariantList{limit});
    QList<ActionProposal> proposals;
    while (rows.next())
        proposals << readRow(rows);
    return proposals;
}

qint64 ActionStore::countPending()
{
    return m_database.scalar(QStringLiteral("SELECT count(*) FROM action_proposals WHERE ") + kPending).toLongLong();
}

qint64 ActionStore::countExecuting()
{
    return m_database.scalar(QStringLiteral("SELECT count(*) FROM action_proposals WHERE status = 'executing'"))
        .toLongLong();
}

} // namespace andon
