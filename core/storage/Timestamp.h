// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QString>

namespace andon {

/// How the tables shared with agents write the time.
///
/// A new database uses UTC with milliseconds and `+00:00` (ISO 8601; every Python parses that, not
/// every one parses `Z`). An adopted database keeps the convention of its agents.
enum class TimestampStyle {
    Utc,        ///< 2026-11-22T12:25:59.123+00:00
    NaiveLocal, ///< 2026-11-22T13:25:59.123, local time without an offset
    NaiveUtc,   ///< 2026-11-22 12:25:59, as SQLite's CURRENT_TIMESTAMP writes it
};

/// A stored time as a moment, and whether it had to be guessed from the style of the database.
struct ParsedTimestamp
{
    QDateTime moment; ///< UTC; invalid where the text is not a time, or 15 hours and more from UTC
    bool isNaive = false;
};

[[nodiscard]] QString formatTimestamp(const QDateTime &moment, TimestampStyle style = TimestampStyle::Utc);
[[nodiscard]] ParsedTimestamp parseTimestamp(const QString &text, TimestampStyle style = TimestampStyle::Utc);

/// Recognises the style of a stored time; Utc for one with an offset or for no time at all.
[[nodiscard]] TimestampStyle styleOf(const QString &text);

/// The names under which andon_meta keeps a style: "utc", "naive-local", "naive-utc".
[[nodiscard]] QString styleName(TimestampStyle style);
[[nodiscard]] TimestampStyle styleFromName(const QString &name);

} // namespace andon
