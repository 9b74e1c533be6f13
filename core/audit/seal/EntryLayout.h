// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QByteArray>
#include <QJsonObject>
#include <QStringList>

#include <string>
#include <vector>

namespace andon {

class Database;
class StoredRow;

/// How a row of the audit log is written down as an entry of the tree (docs/database-contract.md, "The entry").
///
/// Version 1: `andon-audit-entry/1`, a line feed, and for each column that is not NULL, in the order of their names as
/// bytes: its name as a netstring, a letter for the storage class (`i` integer, `r` real, `t` text, `b` blob), and its
/// value as a netstring: an integer in decimal, a real as the 16 hexadecimal digits of its IEEE 754 bits, text as
/// UTF-8, a blob as it is. A column that is NULL is left out, so that a column which is added later changes no entry.
class EntryLayout
{
public:
    /// Bytes of a hint for each column.
    static constexpr qsizetype kHintSize = 2;

    /// `columns` are those of the rows that will be given, in their order; the id is among them.
    explicit EntryLayout(const QStringList &columns);

    /// Of the log of this database.
    static EntryLayout of(Database &database);

    /// Bytes of the hints of one entry.
    [[nodiscard]] qsizetype hintsSize() const { return static_cast<qsizetype>(m_columns.size()) * kHintSize; }
    /// Every column, in the order of the entry.
    [[nodiscard]] QStringList columns() const;
    /// `id, actor, created_at, …`: what a SELECT must give for the functions below. The id comes first, once more.
    [[nodiscard]] const QString &selectList() const { return m_selectList; }

    /// Replaces `entry` by the entry of a row of `selectList`.
    void serialise(const StoredRow &row, std::string &entry) const;
    /// The same as if the row had another id.
    void serialise(const StoredRow &row, std::string &entry, EventId as) const;
    /// Appends two bytes for each column: they tell which one was edited, and prove nothing.
    void appendHints(const StoredRow &row, QByteArray &hints) const;
    /// `{"actor": "user", "id": 1, …}`: every column that is not NULL. What JSON has no form for is an object:
    /// `{"real": "3ff8000000000000"}`, `{"blob": "<Base64>"}`; so is text that is not UTF-8, or
    /// begins with a byte order mark: `{"text": "<Base64>"}`.
    [[nodiscard]] QJsonObject toJson(const StoredRow &row) const;

    /// The entry of what `toJson` gave. Throws InvalidInputError for what it cannot have given.
    [[nodiscard]] static std::string fromJson(const QJsonObject &columns);

private:
    struct Column
    {
        QByteArray name;
        std::string prefix; ///< the name as a netstring
    };
    std::vector<Column> m_columns;
    QString m_selectList;
};

} // namespace andon
