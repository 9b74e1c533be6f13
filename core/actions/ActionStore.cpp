// SPDX-License-Identifier: Apache-2.0
#include "core/actions/ActionStore.h"

#include "core/actions/Assignments.h"
#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/storage/Database.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <chrono>
#include <thread>

namespace andon {

namespace {

using namespace std::chrono_literals;

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

/// What is stored of a request; its parameters are stored as text.
ActionRequest redacted(const ActionRequest &request, const Redactor &redactor)
{
    ActionRequest stored = request;
    for (QString *text : {&stored.actionName, &stored.actionType, &stored.reason, &stored.proposedBy,
                          &stored.requesterId, &stored.requesterType, &stored.agentId, &stored.ticketId})
        *text = redactor.redactText(*text);
    return stored;
}

} // namespace

ActionStore::ActionStore(Database &database, ActionAuditor &auditor, ProtocolObserver observer)
    : m_database(database)
    , m_auditor(auditor)
    , m_records(database, auditor)
    , m_statements(database, auditor.tables())
    , m_observer(observer)
    , m_gate(database, std::move(observer))
    , m_reader(database, auditor.tables())
    , m_approvals(database, auditor, m_gate)
{
}

void ActionStore::giveWayToStop() const
{
    // SQLite's lock has no queue: an agent that takes it again at once would keep the stop from its gate.
    const auto until = std::chrono::steady_clock::now() + kGiveWayTime;
    while (!m_database.isInTransaction() && m_gate.requests().any() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(1ms);
}

ProposalId ActionStore::propose(const ActionRequest &asked)
{
    giveWayToStop();
    const ActionRequest request = redacted(asked, m_auditor.redactor());
    if (request.actionName.trimmed().isEmpty())
        throw InvalidInputError(QStringLiteral("An action needs a name."));
    const QString now = m_auditor.tables().format(m_auditor.clock().now());
    const QString parameters = m_auditor.redactor().redactJson(toText(request.parameters));

    Transaction transaction(m_database);
    const ProposalId id = m_statements.insert(request, parameters, now);
    m_auditor.logProposalCreated(
        {id, request.actionName, request.actionType, parameters, request.reason, request.proposedBy});
    if (request.needsApproval || m_approvals.isRequiredOfAll())
        m_approvals.ask(id);
    transaction.commit();
    return id;
}

void ActionStore::requireStatus(ProposalId id, const QList<ActionStatus> &allowed, ActionStatus wanted)
{
    const QString text = m_reader.statusOf(id);
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

void ActionStore::commitClaim(ProposalId id, const ActionIdentity &identity, const QString &token)
{
    try {
        Transaction transaction(m_database);
        m_gate.pass(identity);
        requireStatus(id, {ActionStatus::Validated}, ActionStatus::Executing);
        m_approvals.require(id, token);
        setStatus(id, ActionStatus::Executing, {});
        m_records.start(id);
        const ActionProposal proposal = get(id);
        m_auditor.logExecutionStarted(id, proposal.requesterId, proposal.agentId);
        transaction.commit();
    } catch (const ApprovalError &error) {
        m_approvals.recordRefusal(id, error.message());
        throw;
    } catch (const StorageError &error) {
        if (error.problem() != StorageProblem::Refused)
            throw;
        if (error.message() == ApprovalError::prefix()) {
            m_approvals.recordRefusal(id, error.message());
            throw ApprovalError(error.message() + u'.');
        }
        if (error.message() != ObserveOnlyError::prefix() && error.message() != ObserveOnlyError::heldPrefix())
            throw;
        m_gate.require(identity); // says which stop, hold or mode came in between
        throw ObserveOnlyError(ObserveOnlyError::Cause::Observe,
                               QStringLiteral("The mode changed at this very moment. Ask again."));
    }
}

ActionIdentity ActionStore::identityOf(ProposalId id)
{
    try {
        return m_reader.identityOf(id);
    } catch (const Error &) {
        m_gate.require(); // a closed gate is the greater news
        throw;
    }
}

GateDecision ActionStore::claim(ProposalId id, const ClaimOptions &options)
{
    if (m_database.isInTransaction())
        throw InvalidInputError(QStringLiteral("An action is claimed in a transaction of its own."));
    const ActionIdentity identity = identityOf(id);
    GateDecision first = m_gate.require(identity);
    commitClaim(id, identity, options.approvalToken);
    if (m_observer)
        m_observer(ProtocolStep::ClaimCommitted);
    if (options.startWatching)
        options.startWatching();
    if (m_observer)
        m_observer(ProtocolStep::WatchStarted);

    if (m_gate.isStillOpen(first, identity))
        return first;
    markStopped(id, QStringLiteral("stopped between claim and start"));
    m_gate.require(identity);
    throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped,
                           QStringLiteral("A stop came between claim and start. Propose the action again."));
}

void ActionStore::complete(ProposalId id, const QJsonValue &result)
{
    giveWayToStop();
    Transaction transaction(m_database);
    requireStatus(id, {ActionStatus::Executing}, ActionStatus::Completed);
    const QString resultText = m_auditor.redactor().redactJson(toText(result));
    const std::optional<qint64> durationMs = m_records.end(id, true, {}, resultText);
    setStatus(id, ActionStatus::Completed, {});
    m_auditor.logExecutionCompleted(id, true, {}, durationMs, resultText);
    transaction.commit();
}

QString ActionStore::detailsText(const QJsonObject &details) const
{
    return details.isEmpty() ? QString() : m_auditor.redactor().redactJson(toText(details));
}

void ActionStore::fail(ProposalId id, const QString &said, const QJsonObject &details)
{
    giveWayToStop();
    const QString error = m_auditor.redactor().redactText(said);
    Transaction transaction(m_database);
    requireStatus(id, {ActionStatus::Executing}, ActionStatus::Failed);
    const std::optional<qint64> durationMs = m_records.end(id, false, error, detailsText(details));
    setStatus(id, ActionStatus::Failed, {}, error);
    m_auditor.logExecutionCompleted(id, false, error, durationMs, detailsText(details));
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

void ActionStore::markStopped(ProposalId id, const QString &said, const QJsonObject &details)
{
    const QString reason = m_auditor.redactor().redactText(said);
    Transaction transaction(m_database);
    requireStatus(id, {ActionStatus::Executing}, ActionStatus::Cancelled);
    m_records.end(id, false, reason, detailsText(details));
    setStatus(id, ActionStatus::Cancelled, QStringLiteral("cancelled_at"), reason);
    m_auditor.logCancelled(id, reason, Actor::kSystem, detailsText(details));
    transaction.commit();
}

ActionStore::SweepBatch ActionStore::cancelPending(ProposalId after, ProposalId through, int limit,
                                                   const QJsonObject &data, const QString &actor,
                                                   const StopScope &scope)
{
    Transaction transaction(m_database);
    const ProposalReader::Condition within = m_reader.within(scope);
    SweepBatch batch;
    qint64 found = 0;
    {
        Statement bounds = m_database.run(
            QStringLiteral("SELECT max(id), count(*) FROM (SELECT id FROM action_proposals WHERE ") + kPending
                + QStringLiteral(" AND id > ? AND id <= ?") + within.sql + QStringLiteral(" ORDER BY id LIMIT ?")
                + m_database.rowLock() + QStringLiteral(") AS batch"),
            QVariantList{after.value, through.value} + within.values + QVariantList{limit});
        bounds.next();
        batch.last = ProposalId(bounds.integer(0));
        found = bounds.integer(1);
    }
    batch.isLast = found < limit;
    if (found == 0) {
        transaction.commit(); // and not a rollback, which would take the caller's transaction with it
        return batch;
    }
    batch.cancelled = m_auditor.logPendingCancelled(after, batch.last, data, actor, within.sql, within.values);

    const QStringList &present = m_auditor.tables().proposalColumns;
    const QString now = m_auditor.tables().format(m_auditor.clock().now());
    Assignments row;
    row.add(present, QStringLiteral("status"), toString(ActionStatus::Cancelled));
    row.add(present, QStringLiteral("cancelled_at"), now);
    row.add(present, QStringLiteral("updated_at"), now);
    QString sql = QStringLiteral("UPDATE action_proposals SET ") + row.asSet();
    if (present.contains(u"version"))
        sql += QStringLiteral(", version = version + 1");
    sql += QStringLiteral(" WHERE ") + kPending + QStringLiteral(" AND id > ? AND id <= ?") + within.sql;
    m_database.run(sql, row.values + QVariantList{after.value, batch.last.value} + within.values);
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
        batch = cancelPending(batch.last, through, sweepBatch(m_database.engine()), data, actor);
        cancelled += batch.cancelled;
    } while (!batch.isLast);
    return cancelled;
}

} // namespace andon
