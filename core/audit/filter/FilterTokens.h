// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace andon {

/// A piece of a filter as it was typed. Positions count UTF-16 units.
struct FilterToken
{
    enum class Kind {
        Minus,    ///< the sign before a term
        Field,    ///< a name, or `data` and the path that follows it
        Operator, ///< : > >= < <=
        Value,    ///< of a field
        Comma,    ///< between values
        Range,    ///< the two dots between the ends of a range
        Text,     ///< a word or phrase to search for
    };

    Kind kind = Kind::Text;
    qsizetype position = 0;
    qsizetype length = 0;
    QString text;          ///< without quotes and escapes; of a Field the name
    QStringList path;      ///< Field `data`: its segments; one that is missing is empty
    bool isQuoted = false; ///< Value, Text; Field: has a quoted segment
    bool isClosed = true;  ///< false where a quote is not closed

    [[nodiscard]] qsizetype end() const { return position + length; }

    friend bool operator==(const FilterToken &, const FilterToken &) = default;
};

/// One term's tokens.
using FilterTokens = QList<FilterToken>;

/// Cuts a filter into the tokens of its terms. Takes anything, also what is half typed: whether it makes
/// sense is for the parser to say. A term never has no tokens.
///
/// A term may be: [Minus] Text, or [Minus] Field Operator and what follows it up to a space outside of
/// quotes. Two Values without a Comma or Range between them are a quoted one and what touches it.
[[nodiscard]] QList<FilterTokens> tokenizeFilter(QStringView text);

/// The same for one term at a time: from `position` on, which is moved to behind the term. Empty at the end.
[[nodiscard]] FilterTokens nextFilterTerm(QStringView text, qsizetype &position);

/// `text` in quotes, with what must be escaped in them.
[[nodiscard]] QString quotedForFilter(const QString &text);

/// A path after `data`, its segments quoted where they must be: `."a.b".c`.
[[nodiscard]] QString filterPath(const QStringList &segments);

} // namespace andon
