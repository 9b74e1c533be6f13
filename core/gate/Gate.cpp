// SPDX-License-Identifier: Apache-2.0
#include "core/gate/Gate.h"

#include "core/gate/GateErrors.h"
#include "core/gate/SafetyStateTable.h"
#include "core/storage/Database.h"

namespace andon {

namespace {

QString howToEnable()
{
    return QStringLiteral(
        "To enable execution choose Execute in the panel, or run: andonctl mode execute --reason TEXT");
}

QString howToReset(const SafetyState &state)
{
    return QStringLiteral(
               "Stop %1 was pressed by %2 (%3). A person resets it first, in the panel or with: "
               "andonctl reset --reason TEXT; then enables execution with: andonctl mode execute --reason TEXT")
        .arg(state.stopId.toString(), state.changedBy,
             state.reason.isEmpty() ? QStringLiteral("no reason given") : state.reason);
}

QString howToRelease(const Hold &hold)
{
    return QStringLiteral("Held: %1, since stop %2 by %3 (%4). A person resets it, in the panel or with: "
                          "andonctl reset --stop-id %2 --reason TEXT")
        .arg(hold.scope.describe(), hold.stopId.toString(), hold.by,
             hold.reason.isEmpty() ? QStringLiteral("no reason given") : hold.reason);
}

} // namespace

Gate::Gate(Database &database, ProtocolObserver observer)
    : m_database(database)
    , m_permit(database.location())
    , m_requests(database.location().gatePath())
    , m_requestsAtServer(database)
    , m_observer(std::move(observer))
{
}

void Gate::reached(ProtocolStep step) const
{
    if (m_observer)
        m_observer(step);
}

namespace {

/// What a look sees; whatever goes wrong is a closed gate.
template<typename Look>
GateDecision decided(const Look &look) noexcept
{
    try {
        return look();
    } catch (const Error &error) {
        return {GateDecision::Verdict::Unknown, error.message(), std::nullopt};
    } catch (const std::exception &error) {
        return {GateDecision::Verdict::Unknown, QString::fromUtf8(error.what()), std::nullopt};
    }
}

} // namespace

GateDecision Gate::check() const noexcept
{
    return decided([this] { return look(); });
}

GateDecision Gate::check(const ActionIdentity &identity) const noexcept
{
    return decided([&] { return lookFor(identity); });
}

GateDecision Gate::lookFor(const ActionIdentity &identity) const
{
    // A hold's request before its row: a hold that commits and withdraws in between would be missed otherwise.
    const bool isHoldRequested = m_requests.anyFor(identity) || m_requestsAtServer.anyFor(identity);
    GateDecision decision = look();
    if (!decision.isOpen())
        return decision;
    HoldTable holds(m_database);
    decision.newestHold = holds.newest();
    const std::optional<Hold> hold = holds.covering(identity);
    if (hold) {
        decision.verdict = GateDecision::Verdict::Held;
        decision.explanation = howToRelease(*hold);
    } else if (isHoldRequested) {
        decision.verdict = GateDecision::Verdict::Held;
        decision.explanation = QStringLiteral("A hold of it is under way and not yet recorded (%1).")
                                   .arg(m_requests.holdPath());
    }
    return decision;
}

GateDecision Gate::look() const
{
    using Verdict = GateDecision::Verdict;
    const bool isRequestedHere = m_requests.any();
    const bool isStopRequested = isRequestedHere || m_requestsAtServer.any();
    reached(ProtocolStep::RequestLookedFor);
    if (isStopRequested)
        return {Verdict::Stopped,
                QStringLiteral("A stop is under way and not yet recorded (%1). ")
                        .arg(isRequestedHere ? m_requests.path() : m_database.location().name())
                    + howToEnable(),
                std::nullopt};

    m_database.verifyAttached();
    const SafetyState state = SafetyStateTable(m_database).read();
    reached(ProtocolStep::StateRowRead);
    if (state.tripped)
        return {Verdict::Stopped, howToReset(state), state};
    if (state.mode != SafetyMode::Execute)
        return {Verdict::Observe, howToEnable(), state};

    const bool isPermitted = m_permit.isGranted(state.epoch);
    reached(ProtocolStep::PermitRead);
    if (!isPermitted)
        return {Verdict::Stopped, QStringLiteral("The permit was taken away. ") + howToEnable(), state};
    return {Verdict::Open, QStringLiteral("Actions may run."), state};
}

GateDecision Gate::require() const
{
    GateDecision decision = check();
    requireOpen(decision);
    return decision;
}

GateDecision Gate::require(const ActionIdentity &identity) const
{
    GateDecision decision = check(identity);
    requireOpen(decision);
    return decision;
}

void Gate::pass(const ActionIdentity &identity) const
{
    if (m_database.engine() == SqlEngine::PostgreSql)
        m_database.scalar(QStringLiteral("SELECT andon_pass_gate(?, ?)"), {identity.agentId, identity.actionName});
}

bool Gate::isStillOpen(const GateDecision &earlier, const ActionIdentity &identity) const noexcept
{
    const GateDecision now = decided([&] {
        GateDecision decision = lookFor(identity);
        if (decision.isOpen() && HoldTable(m_database).hasCoveredSince(identity, earlier.newestHold))
            decision.verdict = GateDecision::Verdict::Held;
        return decision;
    });
    return now.isOpen() && earlier.state && now.state->epoch == earlier.state->epoch;
}

void Gate::requireOpen(const GateDecision &decision)
{
    switch (decision.verdict) {
    case GateDecision::Verdict::Open:
        return;
    case GateDecision::Verdict::Observe:
        throw ObserveOnlyError(ObserveOnlyError::Cause::Observe, decision.explanation);
    case GateDecision::Verdict::Stopped:
        throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped, decision.explanation);
    case GateDecision::Verdict::Held:
        throw ObserveOnlyError(ObserveOnlyError::Cause::Held, decision.explanation);
    case GateDecision::Verdict::Unknown:
        break;
    }
    throw StateUnknownError(decision.explanation);
}

} // namespace andon
