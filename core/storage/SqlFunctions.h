// SPDX-License-Identifier: Apache-2.0
#pragma once

struct sqlite3;

namespace andon::SqlFunctions {

/// Gives a connection to SQLite the functions that Andon's own queries use: `andon_contains` (TextSearch), and
/// `andon_moment(text, style)`, the milliseconds since 1970 UTC that a stored time means in a database of that
/// style ("utc", "naive-local", "naive-utc"), or NULL where it is no time.
///
/// Only for queries: nothing that is stored (no trigger, view or index) may use them, since other programs'
/// connections do not know them.
void install(sqlite3 *connection);

} // namespace andon::SqlFunctions
