// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Permit.h"
#include "core/storage/Database.h"
#include "tests/bench/support/Samples.h"

namespace andon::bench {

/// From the call to each instant of many stops.
struct StopTimes
{
    Samples permitUs;
    Samples gateMs;
};

/// As the stop lane of a station opens its connection.
[[nodiscard]] Database::Options eagerOptions();

/// Back to execute, with what is pending kept: the state before a stop.
void rearm(Database &database, const Permit &permit);

/// So many stops, each up to its gate, on a connection of its own to a database that is there.
[[nodiscard]] StopTimes measureStops(const DatabaseLocation &location, int rounds);

} // namespace andon::bench
