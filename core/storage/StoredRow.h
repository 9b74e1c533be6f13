// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QVariant>

#include <string_view>

namespace andon {

/// One row of a result, read where the engine holds it: nothing is copied or converted.
///
/// For those who look at millions of rows. Valid until the function that was given it returns.
class StoredRow
{
public:
    /// How a value is stored (sqlite.org/datatype3.html, "Storage Classes"; on a server, by its type).
    enum class Kind { Null, Integer, Real, Text, Blob };

    StoredRow() = default;
    virtual ~StoredRow() = default;
    StoredRow(const StoredRow &) = delete;
    StoredRow &operator=(const StoredRow &) = delete;

    [[nodiscard]] virtual Kind kind(int column) const = 0;
    [[nodiscard]] bool isNull(int column) const { return kind(column) == Kind::Null; }
    [[nodiscard]] virtual qint64 integer(int column) const = 0;
    [[nodiscard]] virtual double real(int column) const = 0;
    /// The text as stored: UTF-8 where the program that wrote it kept to that, any bytes where it did
    /// not. Empty for NULL.
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
    /// A copy of whatever is stored: text, bytes as text, a number, or null.
    [[nodiscard]] virtual QVariant value(int column) const = 0;
};

} // namespace andon
