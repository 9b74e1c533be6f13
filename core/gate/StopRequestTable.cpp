// SPDX-License-Identifier: Apache-2.0
#include "core/gate/StopRequestTable.h"

#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

namespace andon {

namespace {

const QString kObserve = QStringLiteral("observe");
const QString kStop = QStringLiteral("stop");

} // namespace

StopRequestTable::StopRequestTable(Database &database)
    : m_database(database)
    , m_isThere(database.engine() == SqlEngine::PostgreSql)
{
}

bool StopRequestTable::any() const
{
    return m_isThere
        && m_database
               .scalar(QStringLiteral("SELECT 1 FROM andon_stop_request WHERE done_at IS NULL "
                                      "AND scope NOT IN ('agent', 'action') LIMIT 1"))
               .isValid();
}

bool StopRequestTable::anyFor(const ActionIdentity &identity) const
{
    return m_isThere
        && m_database
               .scalar(QStringLiteral("SELECT 1 FROM andon_stop_request WHERE done_at IS NULL AND ((scope = 'agent' "
                                      "AND target = ? AND target <> '') OR (scope = 'action' AND target = ?)) LIMIT 1"),
                       {identity.agentId.isNull() ? QStringLiteral("") : identity.agentId, identity.actionName})
               .isValid();
}

QList<StopRequest> StopRequestTable::list() const
{
    QList<StopRequest> requests;
    if (!m_isThere)
        return requests;
    Statement rows = m_database.run(
        QStringLiteral("SELECT uid, kind, scope, target, reason, requested_by, requested_at FROM andon_stop_request "
                       "WHERE done_at IS NULL ORDER BY filed_at, uid"));
    while (rows.next()) {
        StopRequest request;
        request.uid = rows.text(0);
        request.kind = rows.text(1) == kObserve ? StopRequest::Kind::Observe : StopRequest::Kind::Stop;
        request.scope.kind = stopScopeFromString(rows.text(2)).value_or(StopScope::Kind::Everything);
        request.scope.target = rows.text(3);
        request.reason = rows.text(4);
        request.by = rows.text(5);
        request.at = parseTimestamp(rows.text(6)).moment;
        requests << request;
    }
    return requests;
}

void StopRequestTable::file(const StopRequest &request) const
{
    if (!m_isThere)
        return;
    // Not held up by a standby that is away: whoever listens hears of it only once it is committed. The gate, which is
    // what is acknowledged, waits for as many as the server's administrator wants.
    m_database.change(
        QStringLiteral("INSERT INTO andon_stop_request(uid, kind, scope, target, reason, requested_by, "
                       "requested_at) SELECT ?, ?, ?, ?, ?, ?, ? FROM set_config('synchronous_commit', 'local', true) "
                       "ON CONFLICT(uid) DO NOTHING"),
        {request.uid, request.kind == StopRequest::Kind::Observe ? kObserve : kStop, toString(request.scope.kind),
         request.scope.target.isNull() ? QStringLiteral("") : request.scope.target,
         request.reason.isNull() ? QStringLiteral("") : request.reason, request.by, formatTimestamp(request.at)});
}

void StopRequestTable::finish(const QString &uid, const QDateTime &now) const
{
    if (m_isThere)
        m_database.change(QStringLiteral("UPDATE andon_stop_request SET done_at = ? WHERE uid = ? AND done_at IS NULL"),
                          {formatTimestamp(now), uid});
}

} // namespace andon
