// SPDX-License-Identifier: Apache-2.0
#include "core/audit/seal/EntryLayout.h"

#include "core/Error.h"
#include "core/storage/AgentTables.h"
#include "core/storage/Database.h"

#include <QStringDecoder>

#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace andon {

namespace {

constexpr std::string_view kVersionLine = "andon-audit-entry/1\n";
constexpr std::size_t kRealDigits = 16;
/// Readers of JSON, Qt's among them, take it away from the beginning of a text.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

template<typename Number>
void appendNumber(std::string &text, Number number, int base = 10)
{
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
    text.append(digits.data(), end.ptr);
}

void appendNetstring(std::string &text, std::string_view value)
{
    appendNumber(text, value.size());
    text += ':';
    text += value;
    text += ',';
}

std::string hexOf(double real)
{
    std::string digits;
    appendNumber(digits, std::bit_cast<quint64>(real), 16);
    return std::string(kRealDigits - digits.size(), '0') + digits;
}

/// The letter and the value of one column.
void appendValue(std::string &entry, const StoredRow &row, int column)
{
    switch (row.kind(column)) {
    case StoredRow::Kind::Integer: {
        std::array<char, 24> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), row.integer(column));
        entry += 'i';
        appendNetstring(entry, std::string_view(digits.data(), static_cast<std::size_t>(end.ptr - digits.data())));
        break;
    }
    case StoredRow::Kind::Real:
        entry += 'r';
        appendNetstring(entry, hexOf(row.real(column)));
        break;
    case StoredRow::Kind::Text:
        entry += 't';
        appendNetstring(entry, row.text(column));
        break;
    case StoredRow::Kind::Blob:
        entry += 'b';
        appendNetstring(entry, row.text(column));
        break;
    case StoredRow::Kind::Null:
        break;
    }
}

QJsonValue tagged(const QString &tag, const QString &value)
{
    return QJsonObject{{tag, value}};
}

QString base64(std::string_view bytes)
{
    return QString::fromLatin1(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())).toBase64());
}

QJsonValue jsonOf(const StoredRow &row, int column)
{
    switch (row.kind(column)) {
    case StoredRow::Kind::Integer:
        return row.integer(column);
    case StoredRow::Kind::Real:
        return tagged(QStringLiteral("real"), QString::fromStdString(hexOf(row.real(column))));
    case StoredRow::Kind::Text: {
        const std::string_view bytes = row.text(column);
        QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
        QString text = decoder(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
        const bool isLossy = decoder.hasError() || bytes.starts_with(kByteOrderMark);
        return isLossy ? tagged(QStringLiteral("text"), base64(bytes)) : QJsonValue(text);
    }
    case StoredRow::Kind::Blob:
        return tagged(QStringLiteral("blob"), base64(row.text(column)));
    case StoredRow::Kind::Null:
        break;
    }
    return {};
}

[[noreturn]] void refuse(const QString &column)
{
    throw InvalidInputError(
        QStringLiteral("The column %1 of the entry is not as `andonctl proof` writes it.").arg(column));
}

std::string bytesFrom(const QString &column, const QString &base64Text)
{
    const auto decoded = QByteArray::fromBase64Encoding(base64Text.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        refuse(column);
    return (*decoded).toStdString();
}

/// A number of JSON that is a 64-bit integer; a fraction is none.
qint64 integerFrom(const QString &column, const QJsonValue &value)
{
    constexpr qint64 kNo = std::numeric_limits<qint64>::min();
    const qint64 number = value.toInteger(kNo);
    if (number == kNo && value.toInteger(0) != kNo)
        refuse(column);
    return number;
}

void appendJson(std::string &entry, const QString &column, const QJsonValue &value)
{
    if (value.isString()) {
        entry += 't';
        appendNetstring(entry, value.toString().toStdString());
        return;
    }
    if (value.isDouble()) {
        entry += 'i';
        appendNetstring(entry, std::to_string(integerFrom(column, value)));
        return;
    }
    const QJsonObject object = value.toObject();
    if (object.size() != 1 || !object.begin()->isString())
        refuse(column);
    const QString tag = object.begin().key();
    const QString text = object.begin()->toString();
    if (tag == u"real" && text.size() == static_cast<qsizetype>(kRealDigits)) {
        entry += 'r';
        appendNetstring(entry, text.toStdString());
    } else if (tag == u"blob" || tag == u"text") {
        entry += tag == u"blob" ? 'b' : 't';
        appendNetstring(entry, bytesFrom(column, text));
    } else {
        refuse(column);
    }
}

} // namespace

EntryLayout::EntryLayout(const QStringList &columns)
{
    for (const QString &name : columns)
        m_columns.push_back({name.toUtf8(), {}});
    std::sort(m_columns.begin(), m_columns.end(),
              [](const Column &left, const Column &right) { return viewOf(left.name) < viewOf(right.name); });
    m_selectList = QStringLiteral("id");
    for (Column &column : m_columns) {
        appendNetstring(column.prefix, viewOf(column.name));
        QString quoted = QString::fromUtf8(column.name);
        quoted.replace(u'"', QStringLiteral("\"\""));
        m_selectList += QStringLiteral(", \"%1\"").arg(quoted);
    }
}

EntryLayout EntryLayout::of(Database &database)
{
    return EntryLayout(AgentTables::read(database).auditColumns);
}

QStringList EntryLayout::columns() const
{
    QStringList names;
    for (const Column &column : m_columns)
        names << QString::fromUtf8(column.name);
    return names;
}

void EntryLayout::serialise(const StoredRow &row, std::string &entry) const
{
    entry = kVersionLine;
    int index = 1; // after the id
    for (const Column &column : m_columns) {
        if (!row.isNull(index)) {
            entry += column.prefix;
            appendValue(entry, row, index);
        }
        ++index;
    }
}

void EntryLayout::serialise(const StoredRow &row, std::string &entry, EventId as) const
{
    entry = kVersionLine;
    int index = 1;
    for (const Column &column : m_columns) {
        if (column.name == "id") {
            entry += column.prefix;
            entry += 'i';
            appendNetstring(entry, std::to_string(as.value));
        } else if (!row.isNull(index)) {
            entry += column.prefix;
            appendValue(entry, row, index);
        }
        ++index;
    }
}

void EntryLayout::appendHints(const StoredRow &row, QByteArray &hints) const
{
    // Known to everybody: a hint shall be computed by whoever verifies.
    static constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kKey{};
    for (int index = 1; index <= static_cast<int>(m_columns.size()); ++index) {
        const StoredRow::Kind kind = row.kind(index); // before the engine makes a text of a number
        const std::string_view value = row.text(index);
        std::array<unsigned char, crypto_shorthash_BYTES> hash;
        crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char *>(value.data()), value.size(), kKey.data());
        hash[0] ^= static_cast<unsigned char>(kind);
        hints.append(reinterpret_cast<const char *>(hash.data()), kHintSize);
    }
}

QJsonObject EntryLayout::toJson(const StoredRow &row) const
{
    QJsonObject object;
    int index = 1;
    for (const Column &column : m_columns) {
        if (!row.isNull(index))
            object.insert(QString::fromUtf8(column.name), jsonOf(row, index));
        ++index;
    }
    return object;
}

std::string EntryLayout::fromJson(const QJsonObject &columns)
{
    std::vector<std::pair<std::string, QString>> names;
    for (auto column = columns.begin(); column != columns.end(); ++column) {
        if (!column.value().isNull())
            names.emplace_back(column.key().toStdString(), column.key());
    }
    std::sort(names.begin(), names.end());
    std::string entry(kVersionLine);
    for (const auto &[bytes, name] : names) {
        appendNetstring(entry, bytes);
        appendJson(entry, name, columns.value(name));
    }
    return entry;
}

} // namespace andon
