// SPDX-License-Identifier: Apache-2.0
#include "core/storage/ServerRoles.h"

#include "core/storage/Database.h"

#include <QFile>

namespace andon {

QString ServerRoles::nameOf(Role role)
{
    switch (role) {
    case Role::Operator:
        return QStringLiteral("andon_operator");
    case Role::Agent:
        return QStringLiteral("andon_agent");
    case Role::Reviewer:
        break;
    }
    return QStringLiteral("andon_reviewer");
}

void ServerRoles::init()
{
    if (m_database.engine() == SqlEngine::Sqlite)
        throw InvalidInputError(QStringLiteral("An SQLite database has no roles: who may write the file may do all. "
                                               "Name a server with --database postgresql://…"));
    QFile script(QStringLiteral(":/andon/roles/postgresql.sql"));
    if (!script.open(QIODevice::ReadOnly))
        throw StorageError(StorageProblem::Other, QStringLiteral("This program lacks the rights of the roles."));
    Transaction transaction(m_database);
    m_database.runScript(script.readAll());
    transaction.commit();
}

void ServerRoles::grant(Role role, const QString &login)
{
    const QString statement = m_database
                                  .scalar(QStringLiteral("SELECT format('GRANT %I TO %I', CAST(? AS text), "
                                                         "CAST(? AS text))"),
                                          {nameOf(role), login})
                                  .toString();
    m_database.runScript(statement.toUtf8());
}

QString ServerRoles::missingGrant()
{
    return m_database
        .scalar(
            QStringLiteral("SELECT format('GRANT pg_signal_backend, pg_read_all_stats TO %s', CAST(r.oid AS regrole)) "
                           "FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner "
                           "WHERE p.oid = CAST('andon_end_blockers()' AS regprocedure) AND NOT r.rolsuper "
                           "AND NOT (pg_has_role(r.oid, 'pg_signal_backend', 'USAGE') "
                           "AND pg_has_role(r.oid, 'pg_read_all_stats', 'USAGE'))"))
        .toString();
}

bool ServerRoles::mayOperate()
{
    return m_database.engine() == SqlEngine::Sqlite
        || m_database.scalar(QStringLiteral("SELECT has_table_privilege('andon_safety_state', 'UPDATE')")).toBool();
}

} // namespace andon
