// SPDX-License-Identifier: Apache-2.0
#include "core/guard/AgentSession.h"

#include "core/Identity.h"
#include "core/actions/AgentTable.h"
#include "core/gate/GateErrors.h"
#include "core/guard/AgentWatch.h"
#include "core/guard/GuardedProcess.h"
#include "core/guard/StopArrival.h"
#include "core/safety/SafetyController.h"
#include "core/storage/Database.h"
#include "core/storage/DatabaseTime.h"
#include "core/storage/Schema.h"

#include <QCoreApplication>
#include <QScopeGuard>

namespace andon {

namespace {

Database::Options sessionOptions()
{
    Database::Options options;
    options.create = true;
    return options;
}

} // namespace

struct RunningAction::State
{
    ProposalId id;
    qint64 registration = 0;
    std::shared_ptr<WatchedAction> watched;
    bool isEnded = false;
};

class AgentSession::Private
{
public:
    explicit Private(const Options &options)
        : location(options.database.isEmpty() ? DatabaseLocation::standard()
                                              : DatabaseLocation::parse(options.database))
        , agentId(options.agentId)
        , guardProgram(options.guardProgram)
        , by(options.by.isEmpty() ? currentIdentity() : options.by)
        , database(location, sessionOptions())
        , kind(Schema::ensure(database))
        , auditor(database, by)
        , safety(database, auditor)
        , agents(database)
    {
        safety.recover();
        if (isServer())
            terms = LeaseTerms::of(database);
        registration = agents.add(registrationOf({}, std::nullopt));
        watch = std::make_unique<AgentWatch>(location, registration, terms, options.onStop);
    }

    [[nodiscard]] bool isServer() const { return database.engine() == SqlEngine::PostgreSql; }

    [[nodiscard]] AgentRegistration registrationOf(const ActionIdentity &identity, std::optional<ProposalId> proposal)
    {
        AgentRegistration one;
        one.kind = AgentRegistration::Kind::Session;
        one.agentId = agentId;
        one.actionName = identity.actionName;
        one.proposal = proposal;
        one.pid = QCoreApplication::applicationPid();
        one.process = isServer() ? ProcessIdentity::current().placed() : ProcessIdentity::current();
        one.registeredAt = databaseTime(database, auditor.clock());
        if (terms)
            one.lease = terms->lease;
        return one;
    }

    /// Nobody else knows of what was proposed and not started.
    void giveUp(ProposalId id, const QString &reason)
    {
        try {
            safety.actions().cancel(id, reason, Actor::kSystem);
        } catch (const Error &) {
            // A stop has cancelled it already, or it is for the next opener.
        }
    }

    /// `write` records the end of the action; its answer to a stop goes with it.
    template<typename Write>
    void end(RunningAction::State &state, const StopAnswer &answer, const QString &outcome, const Write &write)
    {
        if (state.isEnded)
            throw InvalidInputError(QStringLiteral("Action %1 has ended already.").arg(state.id.toString()));
        state.watched->isEnding = true;
        const auto isEndingNoMore = qScopeGuard([&state] { state.watched->isEnding = state.isEnded; });
        Transaction transaction(database);
        StopArrival::holdOff(database);
        write(safety.actions());
        agents.answer(state.registration, answer);
        agents.end(state.registration, outcome, answer.at);
        transaction.commit();
        state.isEnded = true;
        watch->remove(state.watched);
    }

    DatabaseLocation location;
    QString agentId;
    QString guardProgram;
    QString by;
    Database database;
    Schema::Kind kind;
    ActionAuditor auditor;
    SafetyController safety;
    AgentTable agents;
    std::optional<LeaseTerms> terms; ///< on a server
    qint64 registration = 0;
    std::unique_ptr<AgentWatch> watch;
};

AgentSession::AgentSession(Options options)
    : d(std::make_unique<Private>(options))
{
}

AgentSession::~AgentSession()
{
    d->watch.reset();
    try {
        Transaction transaction(d->database);
        StopArrival::holdOff(d->database);
        const QDateTime now = d->auditor.clock().now();
        // A stop that waits for it would wait in vain: nobody else answers for what has ended.
        d->agents.answer(d->registration,
                         {StopAnswer::Outcome::Ended, now, {}, QStringLiteral("the program has ended")});
        d->agents.end(d->registration, QStringLiteral("exited"), now);
        transaction.commit();
    } catch (const StorageError &) {
        // The next opener finds that it is gone.
    }
}

void AgentSession::checkCanExecute()
{
    d->safety.actions().gate().require({d->agentId, {}});
}

ProposalId AgentSession::propose(ActionRequest request)
{
    request.agentId = d->agentId;
    return d->safety.actions().propose(request);
}

RunningAction AgentSession::start(ActionRequest request)
{
    const ProposalId id = propose(std::move(request));
    try {
        return startProposed(id);
    } catch (const Error &error) {
        d->giveUp(id, error.message());
        throw;
    }
}

GuardedResult AgentSession::run(GuardedCommand command)
{
    command.action.agentId = d->agentId;
    if (command.guardProgram.isEmpty())
        command.guardProgram = d->guardProgram;
    return GuardedProcess(d->database, d->auditor, d->safety).run(command);
}

RunningAction AgentSession::startProposed(ProposalId id, const QString &approvalToken)
{
    ActionStore &store = d->safety.actions();
    auto state = std::make_shared<RunningAction::State>();
    state->id = id;
    state->watched = std::make_shared<WatchedAction>();
    state->watched->identity = store.reader().identityOf(id);
    state->watched->seen = store.gate().require(state->watched->identity);
    if (store.reader().statusOf(id) == toString(ActionStatus::Proposed))
        store.validate(id);
    state->registration = d->agents.add(d->registrationOf(state->watched->identity, id));
    state->watched->registration = state->registration;
    try {
        const GateDecision claimed = store.claim(id, {[&] { d->watch->add(state->watched); }, approvalToken});
        if (claimed.state->epoch != state->watched->seen.state->epoch) { // it is watched for an earlier epoch
            store.markStopped(id, QStringLiteral("the safety state changed between claim and start"));
            throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped,
                                   QStringLiteral("The safety state changed at this very moment. Ask again."));
        }
    } catch (const Error &) {
        d->watch->remove(state->watched);
        Transaction transaction(d->database);
        StopArrival::holdOff(d->database);
        const QDateTime now = d->auditor.clock().now();
        d->agents.answer(state->registration, {StopAnswer::Outcome::Stopped, now, {}, QStringLiteral("never started")});
        d->agents.end(state->registration, QStringLiteral("refused"), now);
        transaction.commit();
        throw;
    }
    return {*d, std::move(state)};
}

RunningAction::RunningAction(AgentSession::Private &session, std::shared_ptr<State> state)
    : m_session(&session)
    , m_state(std::move(state))
{
}

RunningAction::RunningAction(RunningAction &&other) noexcept = default;

RunningAction::~RunningAction()
{
    if (!m_state || m_state->isEnded)
        return;
    try {
        fail(QStringLiteral("the program left it without saying how it ended"));
    } catch (const Error &) {
        // The next opener finds that nobody runs it.
    }
}

ProposalId RunningAction::id() const
{
    return m_state->id;
}

bool RunningAction::isStopRequested() const
{
    return m_state->watched->isStopped;
}

void RunningAction::checkMayGoOn() const
{
    if (isStopRequested())
        throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped,
                               QStringLiteral("Action %1 was stopped while it ran.").arg(m_state->id.toString()));
}

void RunningAction::complete(const QJsonValue &result)
{
    const QDateTime now = m_session->auditor.clock().now();
    m_session->end(*m_state, {StopAnswer::Outcome::Ended, now, {}, {}}, QStringLiteral("exited"),
                   [&](ActionStore &store) { store.complete(m_state->id, result); });
}

void RunningAction::fail(const QString &error)
{
    const QDateTime now = m_session->auditor.clock().now();
    m_session->end(*m_state, {StopAnswer::Outcome::Ended, now, {}, error}, QStringLiteral("exited"),
                   [&](ActionStore &store) { store.fail(m_state->id, error); });
}

void RunningAction::stopped(const QString &detail)
{
    const QDateTime now = m_session->auditor.clock().now();
    if (!m_state->watched->isLeaseOver) // nobody has stopped it then, as far as anybody here knows
        StopArrival(m_session->database, m_session->safety, m_state->watched->identity, m_state->watched->seen).await();
    const QString reason = detail.isEmpty() ? QStringLiteral("stopped while it ran") : detail;
    m_session->end(*m_state, {StopAnswer::Outcome::Stopped, now, QStringLiteral("session"), reason},
                   QStringLiteral("stopped"), [&](ActionStore &store) { store.markStopped(m_state->id, reason); });
}

} // namespace andon
