// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>
#include <QVariant>

namespace andon {

/// A condition on one row and the values that it binds, one for each `?` in the order of the text.
struct SqlPiece
{
    QString sql;
    QVariantList values;

    /// Adds what must hold as well.
    void also(const SqlPiece &piece)
    {
        if (!sql.isEmpty())
            sql += QStringLiteral(" AND ");
        sql += piece.sql;
        values += piece.values;
    }

    /// So many placeholders with commas between them.
    [[nodiscard]] static QString placeholders(qsizetype count)
    {
        return QStringList(count, QStringLiteral("?")).join(QStringLiteral(", "));
    }

    /// `expression` is one of the values.
    [[nodiscard]] static SqlPiece oneOf(const QString &expression, const QVariantList &values)
    {
        if (values.size() == 1)
            return {expression + QStringLiteral(" = ?"), values};
        return {expression + QStringLiteral(" IN (") + placeholders(values.size()) + u')', values};
    }

    /// Any of the pieces holds, of which there is at least one.
    [[nodiscard]] static SqlPiece anyOf(const QList<SqlPiece> &pieces)
    {
        if (pieces.size() == 1)
            return pieces.constFirst();
        SqlPiece any;
        for (const SqlPiece &piece : pieces) {
            any.sql += (any.sql.isEmpty() ? QStringLiteral("(") : QStringLiteral(" OR ")) + piece.sql;
            any.values += piece.values;
        }
        any.sql += u')';
        return any;
    }
};

} // namespace andon
