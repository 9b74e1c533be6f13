// SPDX-License-Identifier: Apache-2.0
#include "core/safety/TripSwitch.h"

#include "core/gate/GateErrors.h"
#include "core/gate/Permit.h"

#include <QUuid>

namespace andon {

TripSwitch::TripSwitch(const DatabaseLocation &location, ProtocolObserver observer)
    : m_databasePath(location.path)
    , m_observer(std::move(observer))
{
}

Trip TripSwitch::trip(StopRequest::Kind kind, const QString &by, const QString &reason,
                      const Clock &clock) const noexcept
{
    Trip trip;
    trip.sinceCall.start();
    trip.request.uid = QUuid::createUuid().toString(QUuid::WithoutBraces);
    trip.request.kind = kind;
    trip.request.by = by;
    trip.request.reason = reason;
    trip.request.at = clock.now();
    trip.isFiled = false;
    again(trip);
    return trip;
}

void TripSwitch::again(Trip &trip) const noexcept
{
    const StopRequests requests(m_databasePath);
    const Permit permit(m_databasePath);
    QString filingError;
    trip.trouble.clear();

    if (!trip.isFiled)
        filingError = requests.file(trip.request);
    if (!trip.removedPermit)
        trip.removedPermit = std::make_shared<DurableFile::KeptOpen>(permit.path());
    if (m_observer)
        m_observer(ProtocolStep::StopRequestFiled);
    try {
        permit.revoke();
        trip.isRevoked = true;
    } catch (const PermitError &error) {
        trip.isRevoked = false;
        trip.trouble = error.message();
    }
    if (!trip.permitRevokedUs && trip.isRevoked && trip.sinceCall.isValid())
        trip.permitRevokedUs = trip.sinceCall.nsecsElapsed() / 1000;
    if (m_observer)
        m_observer(ProtocolStep::PermitRevoked);

    if (!filingError.isEmpty()) // the permit's own block may be the room that was lacking
        filingError = requests.file(trip.request);
    const bool isNewlyFiled = !trip.isFiled && filingError.isEmpty();
    trip.isFiled = filingError.isEmpty();
    if (!trip.isFiled)
        trip.trouble += QStringLiteral("The stop request could not be filed in %1: %2. ")
                            .arg(requests.path(), filingError);

    if (isNewlyFiled)
        filingError = requests.sync(trip.request);
    try {
        permit.sync();
    } catch (const PermitError &error) {
        trip.trouble += error.message();
    }
    if (isNewlyFiled && !filingError.isEmpty())
        trip.trouble += QStringLiteral("The disk did not confirm the stop request: %1. ").arg(filingError);
}

} // namespace andon
