// SPDX-License-Identifier: Apache-2.0
#include "core/safety/TripSwitch.h"

#include "core/gate/GateErrors.h"
#include "core/gate/GuardSockets.h"
#include "core/gate/Permit.h"

#include <QUuid>

namespace andon {

TripSwitch::TripSwitch(const DatabaseLocation &location, ProtocolObserver observer)
    : m_location(location)
    , m_observer(std::move(observer))
{
}

Trip TripSwitch::carryOut(StopRequest request, const Clock &clock) const noexcept
{
    Trip trip;
    trip.sinceCall.start();
    trip.request = std::move(request);
    trip.request.uid = QUuid::createUuid().toString(QUuid::WithoutBraces);
    trip.request.at = clock.now();
    trip.isFiled = false;
    trip.needsDelivery = m_location.engine == SqlEngine::PostgreSql;
    again(trip);
    return trip;
}

Trip TripSwitch::trip(StopRequest::Kind kind, const QString &by, const QString &reason,
                      const Clock &clock) const noexcept
{
    StopRequest request;
    request.kind = kind;
    request.by = by;
    request.reason = reason;
    return carryOut(std::move(request), clock);
}

Trip TripSwitch::hold(const StopScope &scope, const QString &by, const QString &reason,
                      const Clock &clock) const noexcept
{
    StopRequest request;
    request.by = by;
    request.reason = reason;
    request.scope = scope;
    return carryOut(std::move(request), clock);
}

void TripSwitch::revoke(Trip &trip) const noexcept
{
    const Permit permit(m_location);
    try {
        permit.revoke();
        trip.isRevoked = true;
    } catch (const PermitError &error) {
        trip.isRevoked = false;
        trip.trouble = error.message();
    }
    if (!trip.permitRevokedUs && trip.isRevoked && trip.sinceCall.isValid())
        trip.permitRevokedUs = trip.sinceCall.nsecsElapsed() / 1000;
}

void TripSwitch::again(Trip &trip) const noexcept
{
    const StopRequests requests(m_location.gatePath());
    const Permit permit(m_location);
    const bool isHold = trip.request.scope.isHold();
    const bool hasPermit = !isHold && !trip.needsDelivery;
    QString filingError;
    trip.trouble.clear();

    if (!trip.isFiled)
        filingError = requests.file(trip.request);
    if (hasPermit && !trip.removedPermit)
        trip.removedPermit = std::make_shared<DurableFile::KeptOpen>(permit.path());
    if (m_observer)
        m_observer(ProtocolStep::StopRequestFiled);
    if (hasPermit)
        revoke(trip);
    else
        trip.isRevoked = false;
    if (m_observer)
        m_observer(ProtocolStep::PermitRevoked);
    // The second way to the running guards, for where the files cannot be changed.
    static_cast<void>(GuardSockets::ring(m_location.gatePath(),
                                         isHold ? "hold " + trip.request.scope.key().toLatin1() : QByteArray("stop")));

    if (!filingError.isEmpty()) // the permit's own block may be the room that was lacking
        filingError = requests.file(trip.request);
    const bool isNewlyFiled = !trip.isFiled && filingError.isEmpty();
    trip.isFiled = filingError.isEmpty();
    if (!trip.isFiled)
        trip.trouble += QStringLiteral("The stop request could not be filed in %1: %2. ")
                            .arg(isHold ? requests.holdPath() : requests.path(), filingError);

    if (isNewlyFiled)
        filingError = requests.sync(trip.request);
    if (hasPermit) {
        try {
            permit.sync();
        } catch (const PermitError &error) {
            trip.trouble += error.message();
        }
    }
    if (isNewlyFiled && !filingError.isEmpty())
        trip.trouble += QStringLiteral("The disk did not confirm the stop request: %1. ").arg(filingError);
}

} // namespace andon
