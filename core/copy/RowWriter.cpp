// SPDX-License-Identifier: Apache-2.0
#include "core/copy/RowWriter.h"

#include "core/storage/Database.h"
#include "core/storage/ExactText.h"

namespace andon {

namespace {

using Kind = StoredRow::Kind;
using Type = CopyColumn::Type;

constexpr int kRowsAtOnce = 2000;
constexpr qsizetype kBytesAtOnce = 1 << 20;

QString typeName(Type type)
{
    switch (type) {
    case Type::Integer:
        return QStringLiteral("bigint");
    case Type::ShortInteger:
        return QStringLiteral("integer");
    case Type::Bytes:
        return QStringLiteral("bytea");
    case Type::Text:
        break;
    }
    return QStringLiteral("text");
}

/// One statement for any number of rows: a server plans it once. As bytes, so that nothing is made of the text on its
/// way.
QString insertAtServer(const CopyTable &table)
{
    QStringList columns;
    for (const CopyColumn &column : table.columns)
        columns << QStringLiteral("\"%1\" %2").arg(column.name, typeName(column.type));
    return QStringLiteral("INSERT INTO %1(%2) OVERRIDING SYSTEM VALUE SELECT %2 FROM "
                          "json_to_recordset(CAST(convert_from(?, 'UTF8') AS json)) AS given(%3)")
        .arg(table.name, table.columnList(), columns.join(QStringLiteral(", ")));
}

QString insertOne(const CopyTable &table)
{
    QStringList places;
    places.fill(QStringLiteral("?"), table.columns.size());
    return QStringLiteral("INSERT INTO %1(%2) VALUES(%3)")
        .arg(table.name, table.columnList(), places.join(QStringLiteral(", ")));
}

QByteArray bytesOf(std::string_view view)
{
    return QByteArray::fromRawData(view.data(), static_cast<qsizetype>(view.size()));
}

/// A text of JSON (RFC 8259, section 7), the rest of it untouched.
void appendText(QByteArray &json, std::string_view text)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    json += '"';
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\') {
            json += '\\';
            json += letter;
        } else if (byte < 0x20) {
            json += "\\u00";
            json += kDigits[byte >> 4];
            json += kDigits[byte & 0xF];
        } else {
            json += letter;
        }
    }
    json += '"';
}

} // namespace

RowWriter::RowWriter(Database &target, const CopyTable &table)
    : m_target(target)
    , m_table(table)
    , m_insert(target.engine() == SqlEngine::PostgreSql ? insertAtServer(table) : insertOne(table))
{
}

void RowWriter::add(const StoredRow &row)
{
    if (m_target.engine() == SqlEngine::Sqlite) {
        insert(row);
        return;
    }
    addToDocument(row);
    if (++m_rows >= kRowsAtOnce || m_document.size() >= kBytesAtOnce)
        flush();
}

void RowWriter::insert(const StoredRow &row)
{
    QVariantList values;
    values.reserve(m_table.columns.size());
    for (int i = 0; i < m_table.columns.size(); ++i) {
        switch (row.kind(i)) {
        case Kind::Null:
            values << QVariant();
            break;
        case Kind::Text:
            values << exactText(row.text(i));
            break;
        case Kind::Blob:
            values << QByteArray(row.text(i).data(), static_cast<qsizetype>(row.text(i).size()));
            break;
        case Kind::Integer:
        case Kind::Real:
            values << row.value(i);
            break;
        }
    }
    m_target.change(m_insert, values);
}

void RowWriter::addToDocument(const StoredRow &row)
{
    m_document += m_document.isEmpty() ? "[{" : ",{";
    bool isFirst = true;
    for (int i = 0; i < m_table.columns.size(); ++i) {
        if (row.isNull(i))
            continue; // as a field that is not there is read
        if (!isFirst)
            m_document += ',';
        isFirst = false;
        m_document += '"' + m_table.columns.at(i).name.toUtf8() + "\":";
        switch (row.kind(i)) {
        case Kind::Integer:
            m_document += QByteArray::number(row.integer(i));
            break;
        case Kind::Blob:
            m_document += "\"\\\\x" + bytesOf(row.text(i)).toHex() + '"';
            break;
        case Kind::Text:
        case Kind::Real:
        case Kind::Null:
            appendText(m_document, row.text(i));
            break;
        }
    }
    m_document += '}';
}

void RowWriter::flush()
{
    if (m_document.isEmpty())
        return;
    m_document += ']';
    m_target.change(m_insert, {m_document});
    m_document.resize(0);
    m_rows = 0;
}

} // namespace andon
