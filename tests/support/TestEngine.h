// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/SqlEngine.h"

#include <QtTest>

namespace andon::test {

/// The engine that this run of the test program is about. ctest runs a program that uses a database twice, the second
/// time with `postgresql` in ANDON_TEST_ENGINE; TemporaryDatabase, ForeignClient and the fixtures follow it.
[[nodiscard]] inline SqlEngine engine()
{
    static const bool isPostgres = qgetenv("ANDON_TEST_ENGINE") == "postgresql";
    return isPostgres ? SqlEngine::PostgreSql : SqlEngine::Sqlite;
}

[[nodiscard]] inline bool isOnPostgres()
{
    return engine() == SqlEngine::PostgreSql;
}

} // namespace andon::test

/// Skips a test function, or all of a program where it stands in initTestCase(), that is about SQLite alone.
#define ANDON_SQLITE_ONLY(reason) \
    do { \
        if (andon::test::isOnPostgres()) \
            QSKIP("SQLite only: " reason); \
    } while (false)

/// The same for what is about PostgreSQL alone.
#define ANDON_POSTGRESQL_ONLY(reason) \
    do { \
        if (!andon::test::isOnPostgres()) \
            QSKIP("PostgreSQL only: " reason); \
    } while (false)
