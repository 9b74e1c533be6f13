// SPDX-License-Identifier: Apache-2.0
#include "core/storage/LogPartitions.h"

#include "core/storage/Database.h"

namespace andon {

namespace {

// In PL/pgSQL, which asks for the right to call a function only where it calls it.
constexpr char kMakeWhereAllowed[] = R"(DO $body$
BEGIN
    IF has_function_privilege(to_regprocedure('andon_make_partitions(integer)'), 'EXECUTE') THEN
        PERFORM andon_make_partitions();
    END IF;
END
$body$)";

} // namespace

void LogPartitions::makeAhead(Database &database) noexcept
{
    if (database.engine() == SqlEngine::Sqlite || database.isReadOnly() || database.isInTransaction())
        return;
    try {
        database.runScript(kMakeWhereAllowed);
    } catch (const std::exception &) {
        // Nothing depends on it; a connection that is lost is told by the next statement.
    }
}

} // namespace andon
