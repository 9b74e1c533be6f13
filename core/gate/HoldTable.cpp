// SPDX-License-Identifier: Apache-2.0
#include "core/gate/HoldTable.h"

#include "core/storage/Database.h"
#include "core/storage/Timestamp.h"

namespace andon {

namespace {

const QString kCovers = QStringLiteral("((scope = 'agent' AND target = ?) OR (scope = 'action' AND target = ?))");

QVariantList valuesOf(const ActionIdentity &identity)
{
    // An agent without a name is not the one named "": NULL equals nothing.
    const QVariant agent = identity.agentId.isEmpty() ? QVariant(QMetaType::fromType<QString>())
                                                      : QVariant(identity.agentId);
    return {agent, identity.actionName};
}

} // namespace

void HoldTable::insert(const Hold &hold)
{
    m_database.run(QStringLiteral("UPDATE andon_hold SET released_at = ? "
                                  "WHERE scope = ? AND target = ? AND released_at IS NULL"),
                   {formatTimestamp(hold.at), toString(hold.scope.kind), hold.scope.target});
    m_database.run(QStringLiteral("INSERT INTO andon_hold(stop_id, scope, target, reason, held_by, held_at) "
                                  "VALUES(?, ?, ?, ?, ?, ?)"),
                   {hold.stopId.value, toString(hold.scope.kind), hold.scope.target,
                    hold.reason.isNull() ? QStringLiteral("") : hold.reason, hold.by, formatTimestamp(hold.at)});
}

bool HoldTable::release(StopId stop, const QDateTime &at)
{
    return m_database
               .run(QStringLiteral("UPDATE andon_hold SET released_at = ? WHERE stop_id = ? AND released_at IS NULL"),
                    {formatTimestamp(at), stop.value})
               .affectedRows()
        > 0;
}

QList<Hold> HoldTable::select(const QString &condition, const QVariantList &values)
{
    QList<Hold> holds;
    Statement rows = m_database.run(
        QStringLiteral("SELECT stop_id, scope, target, reason, held_by, held_at FROM andon_hold "
                       "WHERE released_at IS NULL ")
            + condition + QStringLiteral(" ORDER BY stop_id"),
        values);
    while (rows.next()) {
        Hold hold;
        hold.stopId = StopId(rows.integer(0));
        hold.scope.kind = stopScopeFromString(rows.text(1)).value_or(StopScope::Kind::Everything);
        hold.scope.target = rows.text(2);
        hold.reason = rows.text(3);
        hold.by = rows.text(4);
        hold.at = parseTimestamp(rows.text(5)).moment;
        holds << hold;
    }
    return holds;
}

QList<Hold> HoldTable::standing()
{
    return select({}, {});
}

std::optional<Hold> HoldTable::standing(StopId stop)
{
    const QList<Hold> found = select(QStringLiteral("AND stop_id = ?"), {stop.value});
    return found.isEmpty() ? std::nullopt : std::optional(found.first());
}

std::optional<Hold> HoldTable::covering(const ActionIdentity &identity)
{
    const QList<Hold> found = select(QStringLiteral("AND ") + kCovers, valuesOf(identity));
    return found.isEmpty() ? std::nullopt : std::optional(found.first());
}

StopId HoldTable::newest()
{
    return StopId(m_database.scalar(QStringLiteral("SELECT max(stop_id) FROM andon_hold")).toLongLong());
}

bool HoldTable::hasCoveredSince(const ActionIdentity &identity, StopId since)
{
    return m_database
        .scalar(QStringLiteral("SELECT 1 FROM andon_hold WHERE ") + kCovers
                    + QStringLiteral(" AND stop_id > ? LIMIT 1"),
                valuesOf(identity) + QVariantList{since.value})
        .isValid();
}

} // namespace andon
