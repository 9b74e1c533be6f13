// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QVariantList>

#include <vector>

namespace andon {

/// How a statement reaches a PostgreSQL server.
namespace PostgresStatement {

/// The statement in UTF-8 with each `?` as `$1`, `$2`, …, and nothing changed in texts, quoted names, comments and
/// dollar quotes (postgresql.org/docs/15/sql-syntax-lexical.html). Operators that are written with a `?` cannot be
/// used.
[[nodiscard]] QByteArray withNumbers(const QString &sql);

} // namespace PostgresStatement

/// The values of one execution, as PQsendQueryPrepared takes them: in their binary form.
class PostgresValues
{
public:
    /// Numbers are int8, flags too; a null string and a null value are NULL, of whatever type the server infers.
    /// Throws StorageError (Other) for a text that PostgreSQL cannot hold: one with a zero character or half a
    /// surrogate pair.
    explicit PostgresValues(const QVariantList &values);

    [[nodiscard]] int count() const { return static_cast<int>(m_types.size()); }
    /// The OIDs of the types, 0 where the server infers it.
    [[nodiscard]] const std::vector<unsigned> &types() const { return m_types; }
    [[nodiscard]] const char *const *values() const { return m_values.data(); }
    [[nodiscard]] const int *lengths() const { return m_lengths.data(); }
    [[nodiscard]] const int *formats() const { return m_formats.data(); }

private:
    std::vector<unsigned> m_types;
    std::vector<QByteArray> m_bytes;
    std::vector<const char *> m_values;
    std::vector<int> m_lengths;
    std::vector<int> m_formats;
};

} // namespace andon
