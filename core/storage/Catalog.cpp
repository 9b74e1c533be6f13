// SPDX-License-Identifier: Apache-2.0
#include "core/storage/Catalog.h"

#include "core/storage/Database.h"

namespace andon {

namespace {

struct Question
{
    QString sqlite;
    QString postgresql;
};

// quote_ident, because to_regclass reads a name as a statement does.
const Question kHasTable = {QStringLiteral("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"),
                            QStringLiteral("SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass(quote_ident(?)) "
                                           "AND relkind IN ('r', 'p')")};

const Question kColumns = {QStringLiteral("SELECT name FROM pragma_table_info(?)"),
                           QStringLiteral("SELECT attname FROM pg_catalog.pg_attribute "
                                          "WHERE attrelid = to_regclass(quote_ident(?)) AND attnum > 0 "
                                          "AND NOT attisdropped ORDER BY attnum")};

const Question kCount = {QStringLiteral("SELECT count(*) FROM sqlite_master"),
                         // Not what an extension has put there.
                         QStringLiteral("SELECT count(*) FROM pg_catalog.pg_class c "
                                        "WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) "
                                        "AND relkind NOT IN ('i', 'I') AND NOT EXISTS (SELECT 1 FROM "
                                        "pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass "
                                        "AND d.objid = c.oid AND d.deptype = 'e')")};

const Question kIndexed = {
    QStringLiteral("SELECT DISTINCT info.name FROM pragma_index_list(?) AS list, pragma_index_info(list.name) AS info "
                   "WHERE info.seqno = 0 AND list.partial = 0 AND info.name IS NOT NULL"),
    QStringLiteral("SELECT DISTINCT a.attname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a "
                   "ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
                   "WHERE i.indrelid = to_regclass(quote_ident(?)) AND i.indpred IS NULL AND i.indisvalid")};

const Question kRowNumber = {
    QStringLiteral("SELECT 1 FROM pragma_table_info(?) WHERE name = ? AND pk = 1 AND upper(type) = 'INTEGER' "
                   "AND (SELECT max(pk) FROM pragma_table_info(?)) = 1"),
    QStringLiteral("SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a "
                   "ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
                   "WHERE i.indrelid = to_regclass(quote_ident(?)) AND i.indisprimary AND i.indnkeyatts = 1 "
                   "AND a.attname = ? AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)")};

} // namespace

const QString &Catalog::forEngine(const QString &sqlite, const QString &postgresql) const
{
    return m_database.engine() == SqlEngine::Sqlite ? sqlite : postgresql;
}

QStringList Catalog::names(const QString &sql, const QString &table)
{
    QStringList found;
    Statement rows = m_database.run(sql, {table});
    while (rows.next())
        found << rows.text(0);
    return found;
}

bool Catalog::hasTable(const QString &name)
{
    return m_database.scalar(forEngine(kHasTable.sqlite, kHasTable.postgresql), {name}).isValid();
}

QStringList Catalog::columnsOf(const QString &table)
{
    return names(forEngine(kColumns.sqlite, kColumns.postgresql), table);
}

bool Catalog::isEmpty()
{
    return m_database.scalar(forEngine(kCount.sqlite, kCount.postgresql)).toLongLong() == 0;
}

QStringList Catalog::indexedColumns(const QString &table)
{
    return names(forEngine(kIndexed.sqlite, kIndexed.postgresql), table);
}

bool Catalog::isRowNumber(const QString &table, const QString &column)
{
    QVariantList values = {table, column};
    if (m_database.engine() == SqlEngine::Sqlite)
        values << table;
    return m_database.scalar(forEngine(kRowNumber.sqlite, kRowNumber.postgresql), values).isValid();
}

} // namespace andon
