// SPDX-License-Identifier: Apache-2.0
#include "core/guard/StopArrival.h"

#include "core/safety/SafetyController.h"
#include "core/storage/Database.h"

#include <QElapsedTimer>
#include <QThread>

namespace andon {

namespace {

constexpr qint64 kPatienceMs = 5000;
/// A stop's own program has had its time by then.
constexpr qint64 kCarryOutAfterMs = 250;
constexpr unsigned long kBetweenLooksMs = 5;

} // namespace

StopArrival::StopArrival(Database &database, SafetyController &safety, ActionIdentity identity, GateDecision seen)
    : m_database(database)
    , m_safety(safety)
    , m_identity(std::move(identity))
    , m_seen(std::move(seen))
{
}

bool StopArrival::isRecorded() const
{
    return SafetyStateTable(m_database).read().epoch != m_seen.state->epoch
        || HoldTable(m_database).hasCoveredSince(m_identity, m_seen.newestHold);
}

bool StopArrival::isWithdrawn() const
{
    if (m_database.engine() != SqlEngine::PostgreSql) // a permit that was taken away by hand is a stop, too
        return false;
    // In the order in which a stop goes through them: what has left all of them is recorded.
    const Gate &gate = m_safety.actions().gate();
    return !gate.requests().any() && !gate.requests().anyFor(m_identity) && !gate.requestsAtServer().any()
        && !gate.requestsAtServer().anyFor(m_identity) && !isRecorded();
}

void StopArrival::holdOff(Database &database)
{
    if (database.engine() == SqlEngine::PostgreSql)
        database.scalar(QStringLiteral("SELECT andon_hold_off_stops()"));
}

void StopArrival::await() const
{
    QElapsedTimer waited;
    waited.start();
    while (!isRecorded() && waited.elapsed() < kPatienceMs) {
        if (waited.elapsed() > kCarryOutAfterMs) {
            if (isWithdrawn())
                return;
            m_safety.recover(SafetyController::Recovery::GateOnly);
        }
        QThread::msleep(kBetweenLooksMs);
    }
}

} // namespace andon
