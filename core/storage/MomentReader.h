// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/storage/Timestamp.h"

#include <optional>
#include <string_view>

namespace andon {

/// Reads stored times by the million, with the same result as `parseTimestamp`.
///
/// What is written as Andon and most agents write it is read by its digits; anything else is left to
/// `parseTimestamp`. Belongs to one thread.
class MomentReader
{
public:
    explicit MomentReader(TimestampStyle style)
        : m_style(style)
    {
    }

    /// Milliseconds since 1970 UTC; nothing where the text is no time.
    [[nodiscard]] std::optional<qint64> read(std::string_view text);

private:
    [[nodiscard]] std::optional<qint64> fromLocal(std::string_view text, qint64 clockMs);

    TimestampStyle m_style;
    qint64 m_localHour = -1; ///< the last hour of a local clock that was read, and how far it is from UTC
    qint64 m_localOffsetMs = 0;
};

} // namespace andon
