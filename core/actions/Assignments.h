// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QVariant>

namespace andon {

/// Columns and the values to bind, as far as the table has such columns: an adopted database may
/// have fewer than a new one. The names are the program's own, never a person's text.
struct Assignments
{
    QStringList columns;
    QVariantList values;

    void add(const QStringList &present, const QString &column, const QVariant &value)
    {
        if (!present.contains(column))
            return;
        columns << column;
        values << value;
    }

    /// `a = ?, b = ?`
    [[nodiscard]] QString asSet() const { return columns.join(QStringLiteral(" = ?, ")) + QStringLiteral(" = ?"); }

    /// `(a,b) VALUES(?,?)`
    [[nodiscard]] QString asInsert() const
    {
        const QStringList marks(columns.size(), QStringLiteral("?"));
        return u'(' + columns.join(u',') + QStringLiteral(") VALUES(") + marks.join(u',') + u')';
    }
};

} // namespace andon
