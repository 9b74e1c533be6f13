// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresValue.h"

#include <QUuid>
#include <QtEndian>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace andon {

namespace {

using Form = PostgresValue::Form;
using Kind = StoredRow::Kind;

constexpr qint64 kLargest = std::numeric_limits<qint64>::max();
constexpr qint64 kSmallest = std::numeric_limits<qint64>::min();

template<typename T>
T read(const PostgresValue &value, int offset = 0)
{
    return value.size >= offset + static_cast<int>(sizeof(T)) ? qFromBigEndian<T>(value.bytes + offset) : T{};
}

/// As numeric_send writes it: the number of digits, the power of the first, the sign, the scale, and then the digits,
/// each of base 10000 (src/backend/utils/adt/numeric.c).
class Numeric
{
public:
    explicit Numeric(const PostgresValue &value)
        : m_value(value)
        , m_count(std::min(read<quint16>(value), static_cast<quint16>(std::max(value.size - kHead, 0) / 2)))
        , m_weight(read<qint16>(value, 2))
        , m_sign(read<quint16>(value, 4))
    {
    }

    /// Nothing where it has a fraction, or is beyond 64 bits.
    [[nodiscard]] std::optional<qint64> integer() const
    {
        if (m_sign != kPositive && m_sign != kNegative)
            return std::nullopt;
        for (int i = std::max(m_weight + 1, 0); i < m_count; ++i) {
            if (digit(i) != 0)
                return std::nullopt;
        }
        constexpr quint64 kMostMagnitude = quint64{1} << 63;
        quint64 magnitude = 0;
        for (int i = 0; i <= m_weight; ++i) {
            const quint64 next = i < m_count ? digit(i) : 0;
            if (magnitude > (kMostMagnitude - next) / kBase)
                return std::nullopt;
            magnitude = magnitude * kBase + next;
        }
        if (m_sign == kNegative)
            return magnitude == kMostMagnitude ? kSmallest : -static_cast<qint64>(magnitude);
        return magnitude == kMostMagnitude ? std::nullopt : std::optional(static_cast<qint64>(magnitude));
    }

    [[nodiscard]] double real() const
    {
        if (m_sign == kNotANumber)
            return std::numeric_limits<double>::quiet_NaN();
        if (m_sign == kInfinity || m_sign == kNegativeInfinity)
            return std::numeric_limits<double>::infinity() * (m_sign == kInfinity ? 1 : -1);
        QByteArray text = m_sign == kNegative ? "-0" : "0";
        for (int i = 0; i < m_count; ++i)
            text += QByteArray::number(digit(i)).rightJustified(4, '0');
        text += 'e' + QByteArray::number(4 * (m_weight + 1 - m_count));
        return text.toDouble();
    }

private:
    static constexpr int kHead = 8;
    static constexpr quint64 kBase = 10'000;
    static constexpr quint16 kPositive = 0x0000;
    static constexpr quint16 kNegative = 0x4000;
    static constexpr quint16 kNotANumber = 0xC000;
    static constexpr quint16 kInfinity = 0xD000;
    static constexpr quint16 kNegativeInfinity = 0xF000;

    [[nodiscard]] quint16 digit(int index) const { return read<quint16>(m_value, kHead + 2 * index); }

    const PostgresValue &m_value;
    int m_count;
    int m_weight;
    quint16 m_sign;
};

std::string_view withoutSpaces(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\n\v\f\r");
    text.remove_prefix(std::min(begin, text.size()));
    if (text.starts_with('+'))
        text.remove_prefix(1);
    return text;
}

qint64 leadingInteger(std::string_view text)
{
    text = withoutSpaces(text);
    qint64 number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range)
        return text.starts_with('-') ? kSmallest : kLargest;
    return number;
}

/// How many characters of the text are a number.
std::size_t lengthOfReal(std::string_view text)
{
    std::size_t at = 0;
    const auto skipDigits = [&] {
        const std::size_t begin = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at;
        return at - begin;
    };
    const auto skip = [&](std::string_view any) {
        const bool isThere = at < text.size() && any.find(text[at]) != std::string_view::npos;
        at += isThere ? 1 : 0;
        return isThere;
    };
    skip("-");
    std::size_t digits = skipDigits();
    if (skip("."))
        digits += skipDigits();
    if (digits == 0)
        return 0;
    const std::size_t mantissa = at;
    if (!skip("eE"))
        return mantissa;
    skip("+-");
    return skipDigits() > 0 ? at : mantissa;
}

double leadingReal(std::string_view text)
{
    text = withoutSpaces(text);
    return QByteArray(text.data(), static_cast<qsizetype>(lengthOfReal(text))).toDouble();
}

qint64 toInteger(double number)
{
    if (std::isnan(number))
        return 0;
    if (number >= 9223372036854775808.0)
        return kLargest;
    return number < -9223372036854775808.0 ? kSmallest : static_cast<qint64>(number);
}

std::string realAsText(double number)
{
    std::string text = QByteArray::number(number, 'g', 15).toStdString();
    if (text.find_first_not_of("-0123456789") == std::string::npos)
        text += ".0";
    return text;
}

QString toString(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data() ? bytes.data() : "", static_cast<qsizetype>(bytes.size()));
}

} // namespace

std::optional<PostgresValue::Form> PostgresValue::formOf(unsigned typeOid)
{
    switch (typeOid) {
    case 16:
        return Form::Bool;
    case kBytea:
        return Form::Bytea;
    case kInt8:
        return Form::Int8;
    case 21:
        return Form::Int2;
    case 23:
        return Form::Int4;
    case 26:
        return Form::Oid;
    case 700:
        return Form::Float4;
    case kFloat8:
        return Form::Float8;
    case 1700:
        return Form::Numeric;
    case 18: // "char"
    case 19: // name
    case kText:
    case 114:  // json
    case 705:  // unknown
    case 1042: // bpchar
    case 1043: // varchar
        return Form::Text;
    case 3802:
        return Form::Jsonb;
    case 2950:
        return Form::Uuid;
    case 2278:
        return Form::Void;
    default:
        return std::nullopt;
    }
}

StoredRow::Kind PostgresValue::kind() const
{
    if (!bytes)
        return Kind::Null;
    switch (form) {
    case Form::Void:
        return Kind::Null;
    case Form::Bool:
    case Form::Int2:
    case Form::Int4:
    case Form::Int8:
    case Form::Oid:
        return Kind::Integer;
    case Form::Float4:
    case Form::Float8:
        return Kind::Real;
    case Form::Numeric:
        return Numeric(*this).integer() ? Kind::Integer : Kind::Real;
    case Form::Bytea:
        return Kind::Blob;
    case Form::Text:
    case Form::Jsonb:
    case Form::Uuid:
        break;
    }
    return Kind::Text;
}

qint64 PostgresValue::integer() const
{
    if (!bytes)
        return 0;
    switch (form) {
    case Form::Void:
        return 0;
    case Form::Bool:
        return size == 1 && bytes[0] != 0 ? 1 : 0;
    case Form::Int2:
        return read<qint16>(*this);
    case Form::Int4:
        return read<qint32>(*this);
    case Form::Int8:
        return read<qint64>(*this);
    case Form::Oid:
        return read<quint32>(*this);
    case Form::Numeric:
        if (const std::optional<qint64> number = Numeric(*this).integer())
            return *number;
        return toInteger(real());
    case Form::Float4:
    case Form::Float8:
        return toInteger(real());
    case Form::Text:
    case Form::Jsonb:
    case Form::Uuid:
    case Form::Bytea:
        break;
    }
    std::string room;
    return leadingInteger(text(room));
}

double PostgresValue::real() const
{
    if (!bytes)
        return 0;
    switch (form) {
    case Form::Float4:
        return std::bit_cast<float>(read<quint32>(*this));
    case Form::Float8:
        return std::bit_cast<double>(read<quint64>(*this));
    case Form::Numeric:
        return Numeric(*this).real();
    case Form::Text:
    case Form::Jsonb:
    case Form::Uuid:
    case Form::Bytea: {
        std::string room;
        return leadingReal(text(room));
    }
    default:
        return static_cast<double>(integer());
    }
}

std::string_view PostgresValue::text(std::string &room) const
{
    if (!bytes || form == Form::Void)
        return {};
    switch (form) {
    case Form::Text:
    case Form::Bytea:
        return {bytes, static_cast<std::size_t>(size)};
    case Form::Jsonb:
        return {bytes + std::min(size, 1), static_cast<std::size_t>(std::max(size - 1, 0))};
    case Form::Uuid:
        room = QUuid::fromRfc4122(QByteArrayView(bytes, size)).toByteArray(QUuid::WithoutBraces).toStdString();
        return room;
    default:
        room = kind() == Kind::Real ? realAsText(real()) : std::to_string(integer());
        return room;
    }
}

QVariant PostgresValue::toVariant() const
{
    switch (kind()) {
    case Kind::Null:
        return {};
    case Kind::Integer:
        return QVariant::fromValue<qlonglong>(integer());
    case Kind::Real:
        return real();
    case Kind::Blob:
        return QByteArray(bytes, size);
    case Kind::Text:
        break;
    }
    std::string room;
    return toString(text(room));
}

} // namespace andon
