// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace andon {

/// Whose SQL is spoken.
enum class SqlEngine { Sqlite, PostgreSql };

} // namespace andon
