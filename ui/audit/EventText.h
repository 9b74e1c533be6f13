// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"

#include <QByteArray>
#include <QList>
#include <QString>

/// How an event reads. Any program may have written it, so its texts are taken as hostile: of any
/// length, with control characters, with marks that turn the direction of writing.
namespace andon::EventText {

/// Longest text of a table cell, in UTF-16 units.
inline constexpr qsizetype kMaxCell = 200;

/// What a text holds, on one line: control characters and direction marks become visible symbols,
/// and what is beyond `limit` an ellipsis.
[[nodiscard]] QString visible(QStringView text, qsizetype limit = kMaxCell);

/// The same for a text of several lines: line breaks and tabs stay.
[[nodiscard]] QString visibleLines(QStringView text);

/// Local time with milliseconds; "~" after it where the offset was not stored, and the stored text where
/// it is no time at all.
[[nodiscard]] QString localTime(const AuditEvent &event);

/// The same in local time or in UTC.
[[nodiscard]] QString time(const AuditEvent &event, Qt::TimeSpec zone);

/// A length of time in its two largest units: "38 ms", "1.2 s", "3 min 2 s", "5 d 1 h". Nothing is rounded up.
[[nodiscard]] QString duration(qint64 ms);

/// The moment in UTC, the text as stored, and what "~" means; as escaped rich text for a tool tip.
[[nodiscard]] QString timeToolTip(const AuditEvent &event);

/// One line that says what happened. `isCut`: the event's data is not complete.
[[nodiscard]] QString summary(const AuditEvent &event, bool isCut = false);

/// "#42", or nothing for a system event.
[[nodiscard]] QString proposal(const AuditEvent &event);

/// Event data as a person reads it.
struct Pretty
{
    QString text;
    bool isJson = false;
    bool isCut = false; ///< there is more than `limit`
};

/// Indents JSON without changing a character of its values: numbers and the order of names stay as they
/// were stored. Other text stays as it is. Reads all of `data`, so call it off the UI thread for large data.
[[nodiscard]] Pretty pretty(const QString &data, qsizetype limit);

/// The events as lines of cells, tab-separated, for a spreadsheet or a ticket.
[[nodiscard]] QString tabSeparated(const QList<AuditEvent> &events);

/// The events as JSON Lines, with the fields of an export.
[[nodiscard]] QString jsonLines(const QList<AuditEvent> &events);

} // namespace andon::EventText
