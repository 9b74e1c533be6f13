// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/support/StopRounds.h"

#include "core/safety/SafetyController.h"

namespace andon::bench {

using namespace std::chrono_literals;

Database::Options eagerOptions()
{
    Database::Options options;
    options.waiting = Database::Waiting::Eager;
    options.lockTimeout = 60s;
    return options;
}

void rearm(Database &database, const Permit &permit)
{
    Transaction transaction(database);
    database.run(
        QStringLiteral("UPDATE andon_stop_receipt SET completed_at = committed_at WHERE completed_at IS NULL"));
    database.run(QStringLiteral("UPDATE andon_safety_state SET mode = 'execute', tripped = 0, sweep_pending = 0, "
                                "epoch = epoch + 1"));
    permit.grant(SafetyStateTable(database).read().epoch);
    transaction.commit();
}

StopTimes measureStops(const DatabaseLocation &location, int rounds)
{
    Database database(location, eagerOptions());
    ActionAuditor auditor(database, QStringLiteral("bench@bench"));
    SafetyController controller(database, auditor);
    const TripSwitch tripSwitch(location);
    const Permit permit(location.path);
    StopTimes times;
    for (int round = 0; round < rounds; ++round) {
        rearm(database, permit);
        const Trip trip = tripSwitch.trip(StopRequest::Kind::Stop, auditor.by(), QStringLiteral("bench"));
        const StopReceipt receipt = controller.commitStop(trip);
        times.permitUs.add(static_cast<double>(receipt.permitRevokedUs.value()));
        times.gateMs.add(static_cast<double>(receipt.committedUs.value()) / 1000);
    }
    return times;
}

} // namespace andon::bench
