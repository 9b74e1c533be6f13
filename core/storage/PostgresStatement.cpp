// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresStatement.h"

#include "core/storage/PostgresValue.h"
#include "core/storage/StorageError.h"

#include <QtEndian>

#include <bit>

namespace andon {

namespace {

constexpr qsizetype kNone = -1;

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
        || static_cast<unsigned char>(c) >= 0x80;
}

/// Where what begins at `begin` and is not to be looked into ends; `begin` where nothing such begins there.
class Opaque
{
public:
    explicit Opaque(const QByteArray &sql)
        : m_sql(sql)
    {
    }

    [[nodiscard]] qsizetype endOf(qsizetype begin) const
    {
        switch (at(begin)) {
        case '\'':
            return endOfQuoted(begin, isEscapeString(begin));
        case '"':
            return endOfQuoted(begin, false);
        case '-':
            return at(begin + 1) == '-' ? after(begin, "\n") : begin;
        case '/':
            return at(begin + 1) == '*' ? endOfComment(begin) : begin;
        case '$':
            return endOfDollars(begin);
        default:
            return begin;
        }
    }

private:
    [[nodiscard]] char at(qsizetype index) const { return index >= 0 && index < m_sql.size() ? m_sql.at(index) : '\0'; }

    [[nodiscard]] qsizetype after(qsizetype begin, const QByteArray &end) const
    {
        const qsizetype found = m_sql.indexOf(end, begin);
        return found == kNone ? m_sql.size() : found + end.size();
    }

    /// E'…', in which a backslash escapes.
    [[nodiscard]] bool isEscapeString(qsizetype begin) const
    {
        return (at(begin - 1) == 'E' || at(begin - 1) == 'e') && !isNameCharacter(at(begin - 2));
    }

    /// A quote that is doubled ends one quoted text and begins the next, which comes to the same.
    [[nodiscard]] qsizetype endOfQuoted(qsizetype begin, bool hasEscapes) const
    {
        const char quote = at(begin);
        qsizetype index = begin + 1;
        while (index < m_sql.size() && at(index) != quote)
            index += hasEscapes && at(index) == '\\' ? 2 : 1;
        return std::min(index + 1, m_sql.size());
    }

    [[nodiscard]] qsizetype endOfComment(qsizetype begin) const
    {
        int depth = 0; // comments nest
        for (qsizetype index = begin; index < m_sql.size(); ++index) {
            if (at(index) == '/' && at(index + 1) == '*') {
                ++depth;
                ++index;
            } else if (at(index) == '*' && at(index + 1) == '/') {
                ++index;
                if (--depth == 0)
                    return index + 1;
            }
        }
        return m_sql.size();
    }

    /// $tag$…$tag$
    [[nodiscard]] qsizetype endOfDollars(qsizetype begin) const
    {
        qsizetype end = begin + 1;
        while (isNameCharacter(at(end)))
            ++end;
        const bool isNumber = at(begin + 1) >= '0' && at(begin + 1) <= '9';
        const bool isPartOfName = isNameCharacter(at(begin - 1));
        if (at(end) != '$' || isNumber || isPartOfName)
            return begin;
        return after(end + 1, m_sql.mid(begin, end - begin + 1));
    }

    const QByteArray &m_sql;
};

bool isNullOf(const QVariant &value)
{
    switch (value.metaType().id()) {
    case QMetaType::QString:
        return static_cast<const QString *>(value.constData())->isNull();
    case QMetaType::QByteArray:
        return static_cast<const QByteArray *>(value.constData())->isNull();
    default:
        return value.isNull();
    }
}

QByteArray bigEndian(quint64 bits)
{
    QByteArray bytes(sizeof(bits), Qt::Uninitialized);
    qToBigEndian(bits, bytes.data());
    return bytes;
}

QByteArray encodedText(const QString &text)
{
    if (text.contains(QChar(0)) || !text.isValidUtf16())
        throw StorageError(StorageProblem::Other,
                           QStringLiteral("A text holds a character that PostgreSQL cannot store (a zero character, or "
                                          "half of a surrogate pair). Nothing was written."));
    return text.toUtf8();
}

struct Encoded
{
    unsigned type = 0;
    QByteArray bytes;
};

Encoded encode(const QVariant &value)
{
    switch (value.metaType().id()) {
    case QMetaType::Bool:
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::ULong:
    case QMetaType::LongLong:
        return {PostgresValue::kInt8, bigEndian(static_cast<quint64>(value.toLongLong()))};
    case QMetaType::Float:
    case QMetaType::Double:
        return {PostgresValue::kFloat8, bigEndian(std::bit_cast<quint64>(value.toDouble()))};
    case QMetaType::QByteArray:
        return {PostgresValue::kBytea, value.toByteArray()};
    default:
        return {PostgresValue::kText, encodedText(value.toString())};
    }
}

} // namespace

QByteArray PostgresStatement::withNumbers(const QString &sql)
{
    const QByteArray text = sql.toUtf8();
    const Opaque opaque(text);
    QByteArray numbered;
    numbered.reserve(text.size() + 16);
    int number = 0;
    for (qsizetype i = 0; i < text.size();) {
        const qsizetype end = opaque.endOf(i);
        if (end > i) {
            numbered.append(text.constData() + i, end - i);
            i = end;
        } else {
            if (text.at(i) == '?')
                numbered.append('$').append(QByteArray::number(++number));
            else
                numbered.append(text.at(i));
            ++i;
        }
    }
    return numbered;
}

PostgresValues::PostgresValues(const QVariantList &values)
{
    constexpr int kBinary = 1;
    const auto count = static_cast<std::size_t>(values.size());
    m_types.reserve(count);
    m_bytes.reserve(count);
    m_values.reserve(count);
    m_lengths.reserve(count);
    m_formats.assign(count, kBinary);
    for (const QVariant &value : values) {
        const bool isNull = isNullOf(value);
        Encoded encoded = isNull ? Encoded{} : encode(value);
        m_types.push_back(encoded.type);
        m_bytes.push_back(std::move(encoded.bytes));
        m_values.push_back(isNull ? nullptr : m_bytes.back().constData());
        m_lengths.push_back(static_cast<int>(m_bytes.back().size()));
    }
}

} // namespace andon
