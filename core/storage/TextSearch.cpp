// SPDX-License-Identifier: Apache-2.0
#include "core/storage/TextSearch.h"

#include <sqlite3.h>

#include <array>
#include <bit>
#include <cstring>
#include <memory>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace andon {

namespace {

constexpr std::uint8_t kCaseBit = 0x20;

constexpr std::uint8_t byteOf(char c)
{
    return static_cast<std::uint8_t>(c);
}

constexpr std::array<std::uint8_t, 256> makeLower()
{
    std::array<std::uint8_t, 256> lower{};
    for (std::size_t i = 0; i < lower.size(); ++i) {
        const bool isUpper = i >= 'A' && i <= 'Z';
        lower[i] = static_cast<std::uint8_t>(isUpper ? i + kCaseBit : i);
    }
    return lower;
}

constexpr std::array<std::uint8_t, 256> kLower = makeLower();

bool isLetter(std::uint8_t lower)
{
    return lower >= 'a' && lower <= 'z';
}

/// How often a byte stands in event data, roughly: JSON of English words. Higher is more often.
int commonness(std::uint8_t lower)
{
    static constexpr std::string_view order = "\"e tan,:ior_sl0d1cpu2m4-g53b67fh89y.{}vwkx+zjq[]/";
    const std::size_t place = order.find(static_cast<char>(lower));
    return place == std::string_view::npos ? 0 : static_cast<int>(order.size() - place);
}

#ifdef __SSE2__

/// Tells of sixteen places which have a byte, in either case.
class ByteProbe
{
public:
    static constexpr std::size_t kStep = 16;

    ByteProbe(std::uint8_t byte, std::uint8_t fold)
        : m_byte(_mm_set1_epi8(static_cast<char>(byte)))
        , m_fold(_mm_set1_epi8(static_cast<char>(fold)))
    {
    }

    /// One bit a place where both probes may hit, the first place's the lowest.
    static unsigned hits(const ByteProbe &one, const char *onePlace, const ByteProbe &other, const char *otherPlace)
    {
        return static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(one.isAt(onePlace), other.isAt(otherPlace))));
    }

private:
    [[nodiscard]] __m128i isAt(const char *place) const
    {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(place));
        return _mm_cmpeq_epi8(_mm_or_si128(bytes, m_fold), m_byte);
    }

    __m128i m_byte;
    __m128i m_fold;
};

#else

/// Tells of eight places which may have a byte, in either case.
class ByteProbe
{
public:
    static constexpr std::size_t kStep = sizeof(std::uint64_t);

    ByteProbe(std::uint8_t byte, std::uint8_t fold)
        : m_byte(byte * kOnes)
        , m_fold(fold * kOnes)
    {
    }

    /// One bit a place where both probes may hit: all of them where any does, which is all that can be told
    /// of every machine's order of bytes.
    static unsigned hits(const ByteProbe &one, const char *onePlace, const ByteProbe &other, const char *otherPlace)
    {
        const std::uint64_t differs = one.differsAt(onePlace) | other.differsAt(otherPlace);
        // Has a byte that is zero (Mycroft).
        return ((differs - kOnes) & ~differs & kHighBits) != 0 ? 0xFFU : 0;
    }

private:
    static constexpr std::uint64_t kOnes = 0x0101010101010101U;
    static constexpr std::uint64_t kHighBits = 0x8080808080808080U;

    [[nodiscard]] std::uint64_t differsAt(const char *place) const
    {
        std::uint64_t word = 0;
        std::memcpy(&word, place, sizeof word);
        return (word | m_fold) ^ m_byte;
    }

    std::uint64_t m_byte;
    std::uint64_t m_fold;
};

#endif

/// Empty for NULL.
std::string_view viewOf(sqlite3_value *value)
{
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_NULL)
        return {};
    const void *bytes = type == SQLITE_BLOB ? sqlite3_value_blob(value) : sqlite3_value_text(value);
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    return bytes ? std::string_view(static_cast<const char *>(bytes), size) : std::string_view("");
}

void contains(sqlite3_context *context, int count, sqlite3_value **values)
{
    if (count < 1 || sqlite3_value_type(values[0]) == SQLITE_NULL) {
        sqlite3_result_int(context, 0);
        return;
    }
    // Kept by SQLite from row to row while the text stays the same.
    auto *search = static_cast<TextSearch *>(sqlite3_get_auxdata(context, 0));
    std::unique_ptr<TextSearch> made;
    if (!search) {
        made = std::make_unique<TextSearch>(viewOf(values[0]));
        search = made.get();
    }
    int found = 0;
    for (int i = 1; i < count && !found; ++i) {
        const std::string_view bytes = viewOf(values[i]);
        found = bytes.data() && search->isIn(bytes) ? 1 : 0;
    }
    // At the end, because SQLite may give it up at once.
    if (made)
        sqlite3_set_auxdata(context, 0, made.release(), [](void *old) { delete static_cast<TextSearch *>(old); });
    sqlite3_result_int(context, found);
}

} // namespace

TextSearch::TextSearch(std::string_view text)
    : m_text(text)
{
    for (char &c : m_text)
        c = static_cast<char>(kLower[byteOf(c)]);
    const auto probe = [this](std::size_t offset) {
        const std::uint8_t byte = byteOf(m_text[offset]);
        return Probe{offset, byte, isLetter(byte) ? kCaseBit : std::uint8_t{0}};
    };
    const auto rank = [this](std::size_t offset) { return commonness(byteOf(m_text[offset])); };
    std::size_t rare = 0;
    for (std::size_t i = 1; i < m_text.size(); ++i) {
        if (rank(i) < rank(rare))
            rare = i;
    }
    std::size_t other = rare == 0 && m_text.size() > 1 ? 1 : 0;
    for (std::size_t i = 0; i < m_text.size(); ++i) {
        if (i != rare && rank(i) < rank(other))
            other = i;
    }
    if (m_text.empty())
        return;
    m_rare = probe(rare);
    m_other = probe(other);
}

bool TextSearch::isAt(const char *place) const noexcept
{
    for (std::size_t i = 0; i < m_text.size(); ++i) {
        if (kLower[byteOf(place[i])] != byteOf(m_text[i]))
            return false;
    }
    return true;
}

bool TextSearch::isIn(std::string_view bytes) const noexcept
{
    if (m_text.empty())
        return true;
    if (bytes.size() < m_text.size())
        return false;
    const char *place = bytes.data();
    std::size_t left = bytes.size() - m_text.size() + 1; // places where it could begin
    const ByteProbe rare(m_rare.byte, m_rare.fold);
    const ByteProbe other(m_other.byte, m_other.fold);
    for (; left >= ByteProbe::kStep; place += ByteProbe::kStep, left -= ByteProbe::kStep) {
        unsigned hits = ByteProbe::hits(rare, place + m_rare.offset, other, place + m_other.offset);
        for (; hits != 0; hits &= hits - 1) {
            if (isAt(place + std::countr_zero(hits)))
                return true;
        }
    }
    for (; left > 0; ++place, --left) {
        const bool isLikely = static_cast<std::uint8_t>(byteOf(place[m_rare.offset]) | m_rare.fold) == m_rare.byte;
        if (isLikely && isAt(place))
            return true;
    }
    return false;
}

void TextSearch::install(sqlite3 *connection)
{
    sqlite3_create_function_v2(connection, "andon_contains", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, &contains,
                               nullptr, nullptr, nullptr);
}

} // namespace andon
