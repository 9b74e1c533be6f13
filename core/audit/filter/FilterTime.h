// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QString>

#include <optional>

namespace andon {

/// Reads a time as a person writes it in a filter; UTC, to the millisecond. Nothing where it is none.
///
/// Relative times count back from `now`: 90s, 15m, 2h, 3d, 1w. Absolute ones are ISO 8601: a date, or a
/// date and a time with `T` or a space between, to the minute, the second or a fraction of it, with
/// `Z` or an offset from UTC, or else in local time.
[[nodiscard]] std::optional<QDateTime> parseFilterTime(const QString &text, const QDateTime &now);

} // namespace andon
