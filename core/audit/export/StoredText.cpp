// SPDX-License-Identifier: Apache-2.0
#include "core/audit/export/StoredText.h"

#include <QByteArrayView>

#include <algorithm>

namespace andon::StoredText {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool isWellFormed(std::string_view text)
{
    return QByteArrayView(text.data(), static_cast<qsizetype>(text.size())).isValidUtf8();
}

bool continues(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80;
}

/// How many bytes the character at the front has, by what its first byte says; 1 where it says nothing.
std::size_t announcedLength(char first)
{
    const auto byte = static_cast<unsigned char>(first);
    if (byte >= 0xf0)
        return 4;
    if (byte >= 0xe0)
        return 3;
    return byte >= 0xc0 ? 2 : 1;
}

} // namespace

std::string_view wellFormed(std::string_view stored, std::string &room)
{
    if (isWellFormed(stored))
        return stored;
    room.clear();
    room.reserve(stored.size() + stored.size() / 2);
    while (!stored.empty()) {
        // Up to the next byte that could be wrong, in one go.
        const auto ascii = std::find_if(stored.cbegin(), stored.cend(),
                                        [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
        const auto plain = static_cast<std::size_t>(ascii - stored.cbegin());
        room.append(stored, 0, plain);
        stored.remove_prefix(plain);
        if (stored.empty())
            break;
        const std::string_view character = stored.substr(0, announcedLength(stored.front()));
        const bool isCharacter = !continues(stored.front()) && isWellFormed(character);
        room.append(isCharacter ? character : kReplacement);
        stored.remove_prefix(isCharacter ? character.size() : 1);
    }
    return room;
}

} // namespace andon::StoredText
