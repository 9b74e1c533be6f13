// SPDX-License-Identifier: Apache-2.0
#include "core/copy/TriggerPause.h"

#include "core/storage/Database.h"

namespace andon {

TriggerPause::TriggerPause(Database &database, const QList<CopyTable> &tables)
    : m_database(database)
{
    for (const CopyTable &table : tables)
        m_tables << table.name;
    if (m_database.engine() == SqlEngine::PostgreSql) {
        for (const QString &table : std::as_const(m_tables))
            m_database.run(QStringLiteral("ALTER TABLE %1 DISABLE TRIGGER USER").arg(table));
        return;
    }
    QStringList names;
    {
        Statement triggers = m_database.run(
            QStringLiteral("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"));
        while (triggers.next()) {
            if (!m_tables.contains(triggers.text(1)))
                continue;
            names << triggers.text(0);
            m_definitions << triggers.text(2).toUtf8();
        }
    }
    for (const QString &name : std::as_const(names))
        m_database.run(QStringLiteral("DROP TRIGGER \"%1\"").arg(name));
}

void TriggerPause::end()
{
    if (m_database.engine() == SqlEngine::PostgreSql) {
        for (const QString &table : std::as_const(m_tables))
            m_database.run(QStringLiteral("ALTER TABLE %1 ENABLE TRIGGER USER").arg(table));
        return;
    }
    for (const QByteArray &definition : std::as_const(m_definitions))
        m_database.runScript(definition + ';');
}

} // namespace andon
