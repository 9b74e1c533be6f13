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

} // namespace

Gate::Gate(Database &database, ProtocolObserver observer)
    : m_database(database)
    , m_permit(database.location().path)
    , m_requests(database.location().path)
    , m_observer(std::move(observer))
{
}

void Gate::reached(ProtocolStep step) const
{
    if (m_observer)
        m_observer(step);
}

GateDecision Gate::check() const noexcept
{
    try {
        return look();
    } catch (const Error &error) {
        return {GateDecision::Verdict::Unknown, error.message(), std::nullopt};
    } catch (const std::exception &error) {
        return {GateDecision::Verdict::Unknown, QString::fromUtf8(error.what()), std::nullopt};
    }
}

GateDecision Gate::look() const
{
    using Verdict = GateDecision::Verdict;
    const bool isStopRequested = m_requests.any();
    reached(ProtocolStep::RequestLookedFor);
    if (isStopRequested)
        return {Verdict::Stopped,
                QStringLiteral("A stop is under way and not yet recorded (%1). ").arg(m_requests.path())
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
    switch (decision.verdict) {
    case GateDecision::Verdict::Open:
        return decision;
    case GateDecision::Verdict::Observe:
        throw ObserveOnlyError(ObserveOnlyError::Cause::Observe, decision.explanation);
    case GateDecision::Verdict::Stopped:
        throw ObserveOnlyError(ObserveOnlyError::Cause::Stopped, decision.explanation);
    case GateDecision::Verdict::Unknown:
        break;
    }
    throw StateUnknownError(decision.explanation);
}

} // namespace andon
