// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/PlannerSettings.h"

#include "core/storage/Database.h"

namespace andon {

void PlannerSettings::apply(Database &database)
{
    if (database.engine() == SqlEngine::Sqlite)
        return;
    database.run(QStringLiteral("SELECT set_config(name, setting, false) FROM (VALUES "
                                "('plan_cache_mode', 'force_generic_plan'), ('enable_seqscan', 'off'), "
                                "('enable_bitmapscan', 'off'), ('enable_sort', 'off'), ('jit', 'off'), "
                                "('max_parallel_workers_per_gather', '0')) AS planner(name, setting)"));
}

} // namespace andon
