// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditVocabulary.h"

#include <QString>
#include <QStringList>

namespace andon {

/// What may stand where somebody types: each entry replaces `length` characters from `position` on.
struct FilterCompletion
{
    qsizetype position = 0;
    qsizetype length = 0;
    QStringList entries;      ///< text to insert, in quotes where it needs them
    QStringList descriptions; ///< of each entry, a few words; may be empty

    [[nodiscard]] bool isEmpty() const { return entries.isEmpty(); }

    /// `text` with an entry put in.
    [[nodiscard]] QString applied(const QString &text, qsizetype entry) const;

    /// What may stand at `cursor`, counted in UTF-16 units: fields, and values of the field that it is in.
    /// Nothing inside of a text that is searched for in quotes.
    [[nodiscard]] static FilterCompletion at(const QString &text, qsizetype cursor, const AuditVocabulary &vocabulary);
};

} // namespace andon
