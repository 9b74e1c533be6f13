// SPDX-License-Identifier: Apache-2.0
#include "core/audit/note/NoteText.h"

#include <QStringDecoder>

#include <sodium.h>

#include <algorithm>
#include <charconv>

namespace andon::NoteText {

namespace {

constexpr char kFirstPrintable = ' ';

} // namespace

bool isFit(QByteArrayView text)
{
    if (text.isEmpty() || text.back() != '\n')
        return false;
    const bool hasControl = std::any_of(text.begin(), text.end(), [](char byte) {
        return static_cast<unsigned char>(byte) < kFirstPrintable && byte != '\n';
    });
    return !hasControl && QByteArray::fromRawData(text.data(), text.size()).isValidUtf8();
}

bool isKeyName(QStringView name)
{
    if (name.isEmpty() || !name.isValidUtf16())
        return false;
    return std::none_of(name.begin(), name.end(), [](QChar character) {
        return character.isSpace() || character == u'+' || character.unicode() < kFirstPrintable;
    });
}

QString fromUtf8(QByteArrayView utf8)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return decoder.decode(utf8);
}

std::optional<qsizetype> fromBase64(QByteArrayView text, std::span<unsigned char> bytes)
{
    // libsodium 1.0.18 takes some bytes above 0x7F for letters.
    const bool isAscii = std::all_of(text.begin(), text.end(),
                                     [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
    std::size_t length = 0;
    if (!isAscii
        || sodium_base642bin(bytes.data(), bytes.size(), text.data(), static_cast<std::size_t>(text.size()), nullptr,
                             &length, nullptr, sodium_base64_VARIANT_ORIGINAL)
            != 0)
        return std::nullopt;
    return static_cast<qsizetype>(length);
}

std::optional<QByteArray> fromBase64(QByteArrayView text)
{
    QByteArray bytes(text.size() / 4 * 3, Qt::Uninitialized);
    const std::optional<qsizetype> length = fromBase64(
        text, {reinterpret_cast<unsigned char *>(bytes.data()), static_cast<std::size_t>(bytes.size())});
    if (!length)
        return std::nullopt;
    bytes.truncate(*length);
    return bytes;
}

std::optional<qint64> fromDecimal(QByteArrayView text)
{
    if (text.isEmpty() || text.front() < '0' || text.front() > '9' || (text.front() == '0' && text.size() > 1))
        return std::nullopt;
    qint64 number = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
    if (error != std::errc() || end != text.end())
        return std::nullopt;
    return number;
}

} // namespace andon::NoteText
