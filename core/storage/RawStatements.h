// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/StoredRow.h"

#include <QCache>
#include <QString>
#include <QVariant>

#include <functional>
#include <memory>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace andon {

/// Statements on SQLite's own interface, for results and changes that are too many for QSqlQuery.
/// Belongs to a SqliteConnection. Keeps the statements used last prepared.
class RawStatements
{
public:
    explicit RawStatements(sqlite3 *connection);

    /// Calls `visit` for each row until it says false. Returns the engine's result code: SQLITE_OK where
    /// all went well (sqlite.org/rescode.html).
    int visit(const QString &sql, const QVariantList &values, const std::function<bool(const StoredRow &)> &visit);

    /// Executes a statement without a result, as `visit` otherwise.
    int execute(const QString &sql, const QVariantList &values);

private:
    struct Prepared
    {
        explicit Prepared(sqlite3_stmt *made)
            : statement(made)
        {
        }
        ~Prepared();
        Prepared(const Prepared &) = delete;
        Prepared &operator=(const Prepared &) = delete;

        sqlite3_stmt *statement;
    };

    [[nodiscard]] std::unique_ptr<Prepared> make(const QString &sql, int &code) const;
    /// Binds, steps as long as there are rows and the visitor wants them, and resets.
    int run(sqlite3_stmt *statement, const QVariantList &values, const std::function<bool(const StoredRow &)> &visit);

    sqlite3 *m_connection;
    std::vector<char> m_room; ///< texts as a statement reads them while it runs
    QCache<QString, Prepared> m_prepared;
};

} // namespace andon
