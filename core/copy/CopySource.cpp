// SPDX-License-Identifier: Apache-2.0
#include "core/copy/CopySource.h"

#include "core/copy/CopyError.h"
#include "core/gate/StopRequests.h"
#include "core/storage/Database.h"
#include "core/storage/Schema.h"

#include <array>

namespace andon {

namespace {

[[noreturn]] void refuse(const Database &database, const QString &why)
{
    throw CopyError(QStringLiteral("%1 %2 Nothing was copied.").arg(database.location().name(), why));
}

bool hasStandingRequest(Database &source)
{
    if (source.engine() == SqlEngine::PostgreSql
        && source.scalar(QStringLiteral("SELECT 1 FROM andon_stop_request WHERE done_at IS NULL LIMIT 1")).isValid())
        return true;
    const StopRequests requests(source.location().gatePath());
    return requests.any() || !requests.list().isEmpty();
}

} // namespace

void requireFitSource(Database &source)
{
    if (Schema::inspect(source) != Schema::Kind::Current)
        refuse(source,
               QStringLiteral("was never sealed, or by an older Andon: open it once with this version (andonctl "
                              "adopt, andonctl status), which seals it, and copy then."));
    Statement state = source.run(QStringLiteral("SELECT mode, sweep_pending FROM andon_safety_state WHERE id = 1"));
    if (!state.next())
        refuse(source, QStringLiteral("has lost its safety state. Put a backup back."));
    if (state.text(0) != u"observe")
        refuse(source,
               QStringLiteral("is in execute mode: what starts there during the copy would be in one log and not in "
                              "the other. Change to observe (andonctl mode observe --reason TEXT), then copy."));
    const bool isUnfinished = state.integer(1) != 0 || hasStandingRequest(source)
        || source.scalar(QStringLiteral("SELECT 1 FROM andon_stop_receipt WHERE completed_at IS NULL LIMIT 1"))
               .isValid();
    if (isUnfinished)
        refuse(
            source,
            QStringLiteral("has a stop under way. Wait until it is finished (andonctl status finishes what was left), "
                           "then copy."));
    const qint64 running =
        source.scalar(QStringLiteral("SELECT count(*) FROM action_proposals WHERE status = 'executing'")).toLongLong();
    if (running > 0)
        refuse(source,
               QStringLiteral("has %1 running. Wait for the end, or say what became of it (andonctl complete, andonctl "
                              "cancel), then copy.")
                   .arg(running == 1 ? QStringLiteral("1 action that is")
                                     : QStringLiteral("%1 actions that are").arg(running)));
}

void requireEmptyTarget(Database &target)
{
    const Schema::Kind kind = Schema::inspect(target);
    if (kind == Schema::Kind::Empty)
        return;
    if (kind != Schema::Kind::Current)
        refuse(target, QStringLiteral("is not empty. Name a new database."));
    for (const char *table : {"action_audit_log", "action_proposals", "action_records", "andon_audit_seal",
                              "andon_checkpoint", "andon_stop_receipt", "andon_agent"}) {
        if (target.scalar(QStringLiteral("SELECT 1 FROM %1 LIMIT 1").arg(QLatin1String(table))).isValid())
            refuse(
                target,
                QStringLiteral("is not empty: there are rows in %1. Name a new database.").arg(QLatin1String(table)));
    }
    if (target.engine() == SqlEngine::PostgreSql
        && target.scalar(QStringLiteral("SELECT 1 FROM andon_stop_request WHERE done_at IS NULL LIMIT 1")).isValid())
        refuse(target, QStringLiteral("has a stop under way."));
}

} // namespace andon
