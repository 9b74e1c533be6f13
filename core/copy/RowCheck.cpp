// SPDX-License-Identifier: Apache-2.0
#include "core/copy/RowCheck.h"

#include <limits>

namespace andon {

namespace {

using Kind = StoredRow::Kind;
using Type = CopyColumn::Type;

QString nameOf(Kind kind)
{
    switch (kind) {
    case Kind::Integer:
        return QStringLiteral("a whole number");
    case Kind::Real:
        return QStringLiteral("a fraction");
    case Kind::Text:
        return QStringLiteral("text");
    case Kind::Blob:
        return QStringLiteral("bytes");
    case Kind::Null:
        break;
    }
    return QStringLiteral("nothing");
}

Kind kindFor(Type type)
{
    switch (type) {
    case Type::Integer:
    case Type::ShortInteger:
        return Kind::Integer;
    case Type::Bytes:
        return Kind::Blob;
    case Type::Text:
        break;
    }
    return Kind::Text;
}

/// The range of the second byte of a character that begins with this one; other bytes are 80 to BF.
struct Second
{
    unsigned char from = 0x80;
    unsigned char to = 0xBF;
};

Second secondAfter(unsigned char first)
{
    switch (first) {
    case 0xE0:
        return {0xA0, 0xBF};
    case 0xED:
        return {0x80, 0x9F};
    case 0xF0:
        return {0x90, 0xBF};
    case 0xF4:
        return {0x80, 0x8F};
    default:
        return {};
    }
}

std::size_t lengthAfter(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return 2;
    if (first >= 0xE0 && first <= 0xEF)
        return 3;
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

} // namespace

bool isUtf8(std::string_view bytes)
{
    const auto at = [&bytes](std::size_t index) { return static_cast<unsigned char>(bytes[index]); };
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t length = lengthAfter(at(i));
        if (length == 0 || i + length > bytes.size())
            return false;
        const Second second = secondAfter(at(i));
        if (length > 1 && (at(i + 1) < second.from || at(i + 1) > second.to))
            return false;
        for (std::size_t next = i + 2; next < i + length; ++next) {
            if (at(next) < 0x80 || at(next) > 0xBF)
                return false;
        }
        i += length;
    }
    return true;
}

std::optional<QString> complaintAbout(const StoredRow &row, int index, const CopyColumn &column)
{
    const Kind kind = row.kind(index);
    if (kind == Kind::Null)
        return column.isRequired ? std::optional(QStringLiteral("holds nothing, where there must be something"))
                                 : std::nullopt;
    if (kind != kindFor(column.type))
        return QStringLiteral("holds %1, where only %2 can be stored").arg(nameOf(kind), nameOf(kindFor(column.type)));
    if (kind == Kind::Integer && column.type == Type::ShortInteger
        && (row.integer(index) < std::numeric_limits<qint32>::min()
            || row.integer(index) > std::numeric_limits<qint32>::max()))
        return QStringLiteral("holds %1, which is too large").arg(row.integer(index));
    if (kind != Kind::Text)
        return std::nullopt;
    const std::string_view text = row.text(index);
    if (text.find('\0') != std::string_view::npos)
        return QStringLiteral("holds text with a NUL in it, which PostgreSQL cannot store");
    if (!isUtf8(text))
        return QStringLiteral("holds text that is not UTF-8");
    return std::nullopt;
}

} // namespace andon
