// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace andon {

class Database;

/// One column of a table that is copied, as the target has it.
struct CopyColumn
{
    enum class Type { Integer, ShortInteger, Text, Bytes };

    QString name;
    Type type = Type::Text;
    bool isRequired = false; ///< NOT NULL, and without a default
};

/// One table that is copied: the columns that both databases have.
struct CopyTable
{
    QString name;
    QString key; ///< the column that its rows are in the order of, and are named by
    QList<CopyColumn> columns;

    /// The shared tables and Andon's own, in the order in which they are copied. What stands in the names of a stop
    /// that is under way is not among them: a database is not copied during a stop. Throws CopyError where the source
    /// has a table or a column that the target cannot hold, StorageError.
    [[nodiscard]] static QList<CopyTable> all(Database &source, Database &target);

    /// `"id", "actor", …`
    [[nodiscard]] QString columnList() const;
};

} // namespace andon
