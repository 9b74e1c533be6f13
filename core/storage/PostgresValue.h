// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/StoredRow.h"

#include <optional>
#include <string>

namespace andon {

/// One value as a PostgreSQL server sends it: in its type's binary form (the type's `typsend` function). Not owned.
struct PostgresValue
{
    // The OIDs that never change (src/include/catalog/pg_type.dat) and that are sent, too.
    static constexpr unsigned kBytea = 17;
    static constexpr unsigned kInt8 = 20;
    static constexpr unsigned kText = 25;
    static constexpr unsigned kFloat8 = 701;

    /// How the bytes of a type are read.
    enum class Form : quint8 {
        Void,
        Bool,
        Int2,
        Int4,
        Int8,
        Oid,
        Float4,
        Float8,
        Numeric,
        Text,
        Jsonb, ///< text behind a byte that tells the version
        Uuid,
        Bytea,
    };

    /// Nothing for a type that Andon does not read.
    [[nodiscard]] static std::optional<Form> formOf(unsigned typeOid);

    Form form = Form::Void;
    const char *bytes = nullptr; ///< null for NULL
    int size = 0;

    [[nodiscard]] StoredRow::Kind kind() const;
    /// A text is read as SQLite reads it: the digits that it begins with, 0 where there are none
    /// (sqlite.org/lang_expr.html#castexpr). What is too large is the largest.
    [[nodiscard]] qint64 integer() const;
    [[nodiscard]] double real() const;
    /// The bytes of a text or of bytes where they are; anything else as text in `room`.
    [[nodiscard]] std::string_view text(std::string &room) const;
    /// A text, bytes as they are, a number, or null.
    [[nodiscard]] QVariant toVariant() const;
};

} // namespace andon
