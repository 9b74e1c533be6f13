// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Connection.h"
#include "core/storage/PostgresLink.h"
#include "core/storage/PostgresValue.h"

#include <vector>

namespace andon {

/// How the columns of a result are read.
using PostgresForms = std::vector<PostgresValue::Form>;

/// The forms of a result's columns. Throws StorageError (Other) where one is of a type that Andon does not read.
[[nodiscard]] PostgresForms formsOf(const pg_result *result);

/// The value in a row and a column of a result, where libpq holds it.
[[nodiscard]] PostgresValue valueOf(const pg_result *result, const PostgresForms &forms, int row, int column);

/// A whole result, as it was fetched.
class PostgresResult : public Connection::Result
{
public:
    /// Throws StorageError, as `formsOf` does.
    explicit PostgresResult(PostgresLink::Result result);

    bool next() override;
    [[nodiscard]] QVariant value(int column) const override;
    [[nodiscard]] qint64 affectedRows() const override;

private:
    PostgresLink::Result m_result;
    PostgresForms m_forms;
    int m_row = -1;
};

/// One row of a result that goes by, and what it takes to keep one: a copy without libpq's two kilobytes a row.
class PostgresRow : public StoredRow
{
public:
    void read(const pg_result *result, const PostgresForms &forms, int row = 0);
    /// Appends the row's values to `kept`.
    void keep(std::vector<char> &kept) const;
    /// Reads what `keep` wrote at `at`, which moves on. Valid as long as `kept` is unchanged.
    void read(const std::vector<char> &kept, std::size_t &at, const PostgresForms &forms);

    [[nodiscard]] Kind kind(int column) const override { return at(column).kind(); }
    [[nodiscard]] qint64 integer(int column) const override { return at(column).integer(); }
    [[nodiscard]] double real(int column) const override { return at(column).real(); }
    [[nodiscard]] std::string_view text(int column) const override;
    [[nodiscard]] QVariant value(int column) const override;

private:
    [[nodiscard]] const PostgresValue &at(int column) const { return m_values[static_cast<std::size_t>(column)]; }
    void resize(std::size_t count);

    std::vector<PostgresValue> m_values;
    mutable std::vector<std::string> m_room; ///< of numbers that were asked for as text
};

/// The rows of a whole result, in place.
class PostgresRows
{
public:
    explicit PostgresRows(PostgresLink::Result result)
        : m_result(std::move(result))
        , m_forms(formsOf(m_result.get()))
    {
    }

    /// Moves to the next row, the first at first. False at the end.
    bool next();
    [[nodiscard]] const StoredRow &row() const { return m_row; }

private:
    PostgresLink::Result m_result;
    PostgresForms m_forms;
    PostgresRow m_row;
    int m_next = 0;
};

} // namespace andon
