// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QVariant>

#include <string_view>

struct sqlite3_stmt;

namespace andon {

/// One row of a result, read where the engine holds it: nothing is copied or converted.
///
/// For those who look at millions of rows. Valid until the function that was given it returns.
class StoredRow
{
public:
    explicit StoredRow(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }

    /// How the engine stores a value (sqlite.org/datatype3.html, "Storage Classes").
    enum class Kind { Null, Integer, Real, Text, Blob };

    [[nodiscard]] Kind kind(int column) const;
    [[nodiscard]] bool isNull(int column) const { return kind(column) == Kind::Null; }
    [[nodiscard]] qint64 integer(int column) const;
    [[nodiscard]] double real(int column) const;
    /// The text as stored: UTF-8 where the program that wrote it kept to that, any bytes where it did
    /// not. Empty for NULL.
    [[nodiscard]] std::string_view text(int column) const;
    /// A copy of whatever is stored: text, bytes as text, a number, or null.
    [[nodiscard]] QVariant value(int column) const;

private:
    sqlite3_stmt *m_statement;
};

} // namespace andon
