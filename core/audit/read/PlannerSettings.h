// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace andon {

class Database;

/// Has a PostgreSQL session plan the reading of the log as it is meant: each statement walks an index of every
/// partition, in order, and ends early. Does nothing on SQLite.
///
/// The planner reckons with statistics, which a partition that was just made, or just filled, does not have. Reading
/// whole partitions, or sorting them, is never right here, so it is made dear; it is still done where there is no index
/// (postgresql.org/docs/15/runtime-config-query.html). To plan over a year of partitions takes a millisecond or two,
/// several times as long as what is planned, so each statement is planned once a session and for any values: an index
/// that finds one value and a range of ids is better than one that finds the range, however frequent the value is.
/// Compiling (jit) and starting workers take longer than what these statements take.
///
/// The settings are the session's. Other statements of it lose nothing: they search by keys.
struct PlannerSettings
{
    static void apply(Database &database);
};

} // namespace andon
