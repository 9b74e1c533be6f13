// SPDX-License-Identifier: Apache-2.0
#include "core/guard/GuardedProcess.h"

#include "core/actions/TransitionError.h"
#include "core/gate/GateErrors.h"
#include "core/guard/GuardLease.h"
#include "core/guard/GuardRecord.h"
#include "core/storage/Database.h"
#include "core/storage/DatabaseTime.h"

#include <QThread>

#ifdef Q_OS_UNIX
#include <poll.h>
#endif

namespace andon {

namespace {

using namespace std::chrono_literals;

constexpr auto kBeat = 1s;
/// How often an answer is looked for.
constexpr auto kApprovalLook = 100ms;
/// A beat does not wait long for the lock: signals for the command are passed on in between.
constexpr auto kBeatPatience = 100ms;
constexpr auto kPatience = 5s;

/// True where the descriptor became readable within the time.
bool waitFor(int descriptor, std::chrono::milliseconds time)
{
#ifdef Q_OS_UNIX
    if (descriptor >= 0) {
        pollfd one{descriptor, POLLIN, 0};
        return ::poll(&one, 1, static_cast<int>(time.count())) > 0;
    }
#else
    Q_UNUSED(descriptor)
#endif
    QThread::msleep(static_cast<unsigned long>(time.count()));
    return false;
}

} // namespace

GuardedProcess::GuardedProcess(Database &database, ActionAuditor &auditor, SafetyController &safety,
                               GuardSurroundings surroundings)
    : m_database(database)
    , m_auditor(auditor)
    , m_safety(safety)
    , m_surroundings(std::move(surroundings))
    , m_store(safety.actions())
    , m_agents(database)
{
}

bool GuardedProcess::wake(GuardedTree *tree)
{
    return !m_surroundings.onWake || m_surroundings.onWake(tree);
}

void GuardedProcess::giveUp(ProposalId id, const QString &reason)
{
    try {
        m_store.cancel(id, reason, Actor::kSystem);
    } catch (const Error &) {
        // A stop, a rejection or another program has ended it already; or it is for the next opener.
    }
}

GuardedResult GuardedProcess::run(const GuardedCommand &command)
{
    if (command.command.isEmpty() || command.command.first().isEmpty())
        throw InvalidInputError(QStringLiteral("There is no command to run."));
    const ProposalId id = m_store.propose(command.action);
    try {
        return runProposed(id, command);
    } catch (const TransitionError &error) {
        if (error.from() != toString(ActionStatus::Cancelled)) {
            giveUp(id, error.message());
            throw;
        }
        throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped,
                               QStringLiteral("Action %1 was cancelled before it could start.").arg(id.toString()));
    } catch (const Error &error) {
        giveUp(id, error.message());
        throw;
    }
}

void GuardedProcess::requireStill(const ActionIdentity &identity, const GateDecision &seen)
{
    if (m_store.gate().check(identity).isOpen())
        return;
    StopArrival(m_database, m_safety, identity, seen).await();
    m_store.gate().require(identity);
}

QString GuardedProcess::awaitApproval(ProposalId id, const ActionIdentity &identity, const GateDecision &seen)
{
    const std::optional<Approval> asked = m_store.approvals().find(id);
    if (!asked)
        return {};
    if (m_surroundings.onWaitingForApproval)
        m_surroundings.onWaitingForApproval(id);
    for (;;) {
        const std::optional<Approval> approval = m_store.approvals().find(id);
        if (approval && approval->decision == Approval::Decision::Approved)
            return approval->token;
        if (!approval || approval->decision != Approval::Decision::Waiting)
            throw ApprovalError(ApprovalError::prefix()
                                + QStringLiteral(". Action %1 was not approved: %2.")
                                      .arg(id.toString(), approval ? approval->reason : QStringLiteral("not asked")));
        const QString status = m_store.reader().statusOf(id);
        requireStill(identity, seen); // a stop cancels it: nobody needs to answer any more
        if (status != toString(ActionStatus::Proposed) && status != toString(ActionStatus::Validated))
            throw ApprovalError(ApprovalError::prefix()
                                + QStringLiteral(". Action %1 is %2 meanwhile.").arg(id.toString(), status));
        m_store.approvals().refuseUnanswered();
        if (waitFor(m_surroundings.wakeDescriptor, kApprovalLook) && !wake(nullptr))
            throw InterruptedError(QStringLiteral("Given up before anybody had answered; the command never ran."));
    }
}

bool GuardedProcess::isServer() const
{
    return m_database.engine() == SqlEngine::PostgreSql;
}

ProcessIdentity GuardedProcess::identityOf(qint64 guardPid) const
{
    return isServer() ? ProcessIdentity::of(guardPid).placed() : ProcessIdentity::of(guardPid);
}

TreeOptions GuardedProcess::optionsFor(const GuardedCommand &command, const ActionIdentity &identity,
                                       const GateDecision &seen, const std::optional<LeaseTerms> &terms) const
{
    TreeOptions options;
    options.command = command.command;
    options.databasePath = m_database.location().gatePath();
    options.epoch = seen.state->epoch;
    options.hasPermit = !terms;
    if (terms)
        options.lease = terms->lease;
    options.holdKeys = QStringList{StopScope::action(identity.actionName).key()};
    if (!identity.agentId.isEmpty())
        options.holdKeys << StopScope::agent(identity.agentId).key();
    options.grace = command.grace;
    options.timeout = command.timeout;
    options.guardProgram = command.guardProgram;
    return options;
}

qint64 GuardedProcess::registerFor(ProposalId id, const ActionIdentity &identity, const GateDecision &seen,
                                   qint64 guardPid, const std::optional<LeaseTerms> &terms)
{
    AgentRegistration registration;
    registration.kind = AgentRegistration::Kind::Guard;
    registration.agentId = identity.agentId;
    registration.actionName = identity.actionName;
    registration.proposal = id;
    registration.process = identityOf(ProcessIdentity::current().pid);
    registration.guardProcess = identityOf(guardPid);
    registration.registeredAt = databaseTime(m_database, m_auditor.clock());
    registration.acknowledged = seen.state->epoch;
    if (terms)
        registration.lease = terms->lease;
    return m_agents.add(registration);
}

GuardedResult GuardedProcess::runProposed(ProposalId id, const GuardedCommand &command)
{
    const ActionIdentity identity{command.action.agentId, command.action.actionName};
    GateDecision seen = m_store.gate().require(identity);
    const QString token = awaitApproval(id, identity, seen);
    m_store.validate(id);
    seen = m_store.gate().require(identity);

    const std::optional<LeaseTerms> terms = isServer() ? std::optional(LeaseTerms::of(m_database)) : std::nullopt;
    GuardedTree tree(optionsFor(command, identity, seen, terms));
    tree.prepare(); // it watches from here on
    if (waitFor(m_surroundings.wakeDescriptor, 0ms) && !wake(nullptr))
        throw InterruptedError(QStringLiteral("Given up before the command was started; it never ran."));

    m_registration = registerFor(id, identity, seen, tree.guardPid(), terms);
    const GuardRecord::Subject subject{id, identity, seen, m_registration};
    GuardRecord record(m_database, m_auditor, m_safety, subject);
    std::unique_ptr<GuardLease> lease;
    try {
        if (terms) {
            lease = std::make_unique<GuardLease>(m_database.location(), *terms, tree, subject);
            lease->awaitAnswer();
        }
        const GateDecision claimed = m_store.claim(id, {{}, token});
        if (claimed.state->epoch != seen.state->epoch) { // the helper watches for the permit of an earlier epoch
            m_store.markStopped(id, QStringLiteral("the safety state changed between claim and start"));
            throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped,
                                   QStringLiteral("The safety state changed at this very moment. Ask again."));
        }
    } catch (const Error &) {
        record.neverStarted();
        throw;
    }
    tree.go();
    if (lease)
        watchByLease(tree, *lease);
    else
        watchAndBeat(tree, StopArrival(m_database, m_safety, identity, seen));
    return record.end(tree, command); // the lease beats on until that is written
}

void GuardedProcess::watch(GuardedTree &tree, const std::function<void(bool hasStarted)> &beat)
{
    QElapsedTimer sinceBeat;
    sinceBeat.start();
    qint64 toldPid = 0;
    const auto hasStarted = [&tree] { return tree.commandPid() != 0; }; // a signal that comes sooner meets nobody
    while (!tree.wait(kBeat, hasStarted() ? m_surroundings.wakeDescriptor : -1)) {
        if (hasStarted() && waitFor(m_surroundings.wakeDescriptor, 0ms))
            wake(&tree);
        const bool isNews = tree.commandPid() != toldPid;
        if (!isNews && sinceBeat.elapsed() < std::chrono::milliseconds(kBeat).count())
            continue;
        sinceBeat.restart();
        try {
            beat(isNews);
            toldPid = tree.commandPid();
        } catch (const Error &) {
            // Told again at the next beat. Stopping does not need the database.
        }
    }
}

void GuardedProcess::watchAndBeat(GuardedTree &tree, const StopArrival &arrival)
{
    m_database.setLockTimeout(kBeatPatience);
    watch(tree, [&](bool hasStarted) {
        if (hasStarted)
            m_agents.setRunning(m_registration, tree.commandPid(), identityOf(tree.guardPid()));
        else
            m_agents.beat(m_registration, m_auditor.clock().now());
        if (!tree.isStopping() && arrival.isRecorded())
            tree.stop(QStringLiteral("database")); // the third way, should the files and the socket fail
    });
    m_database.setLockTimeout(kPatience);
}

void GuardedProcess::watchByLease(GuardedTree &tree, GuardLease &lease)
{
    watch(tree, [&](bool hasStarted) {
        if (hasStarted)
            lease.setRunning(tree.commandPid(), identityOf(tree.guardPid()));
    });
}

} // namespace andon
