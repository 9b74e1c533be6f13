// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;

namespace andon {

/// A text to be found without regard to the case of A to Z; other bytes are compared as they are.
///
/// Prepared once and used for many rows: looks at many places at once for the two rarest bytes of the
/// text, and compares the whole only where both are.
class TextSearch
{
public:
    explicit TextSearch(std::string_view text);

    /// An empty text is in everything.
    [[nodiscard]] bool isIn(std::string_view bytes) const noexcept;

    /// Makes `andon_contains(TEXT, VALUE...)` known to a connection: 1 where TEXT is in any of the values,
    /// 0 where not; values that are NULL are passed over, bytes are searched like texts.
    static void install(sqlite3 *connection);

private:
    /// A byte of the text that tells much, and where in it.
    struct Probe
    {
        std::size_t offset = 0;
        std::uint8_t byte = 0; ///< lower case
        std::uint8_t fold = 0; ///< the bit that its case is in; 0 where it has none
    };

    [[nodiscard]] bool isAt(const char *place) const noexcept;

    std::string m_text; ///< lower case
    Probe m_rare;
    Probe m_other;
};

} // namespace andon
