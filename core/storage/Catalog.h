// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

namespace andon {

class Database;

/// What tables, columns and indexes a database has: sqlite_schema and its pragmas on SQLite
/// (sqlite.org/pragma.html), pg_catalog on a server (postgresql.org/docs/15/catalogs.html), where a table's name means
/// the table that a statement would reach by it.
///
/// Reads the database at each question. Every function throws StorageError.
class Catalog
{
public:
    explicit Catalog(Database &database)
        : m_database(database)
    {
    }

    /// Whether there is such a table; a view is none.
    [[nodiscard]] bool hasTable(const QString &name);
    /// The columns in their order; empty where there is no such table.
    [[nodiscard]] QStringList columnsOf(const QString &table);
    /// Whether nothing at all has been made in it; on a server, in the schema where a new table would be made.
    [[nodiscard]] bool isEmpty();
    /// The columns that an index over the whole table begins with.
    [[nodiscard]] QStringList indexedColumns(const QString &table);
    /// Whether the column is the table's only key and can hold nothing but whole numbers: the number of the row on
    /// SQLite (sqlite.org/lang_createtable.html, "ROWIDs and the INTEGER PRIMARY KEY").
    [[nodiscard]] bool isRowNumber(const QString &table, const QString &column);

private:
    [[nodiscard]] const QString &forEngine(const QString &sqlite, const QString &postgresql) const;
    [[nodiscard]] QStringList names(const QString &sql, const QString &table);

    Database &m_database;
};

} // namespace andon
