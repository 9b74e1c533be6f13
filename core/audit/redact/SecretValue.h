// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/redact/QuoteMark.h"

#include <QStringView>

namespace andon {

/// What stands after a key in free text, and how far it goes.
struct SecretValue
{
    enum class Form { Word, Quoted, Container, Line };

    Form form = Form::Word;
    qsizetype begin = 0; ///< without quotes
    qsizetype end = 0;
    qsizetype next = 0;  ///< where reading goes on
    bool hasText = true; ///< a Container: whether any of its values is quoted

    [[nodiscard]] bool isEmpty() const { return begin == end; }
};

/// Reads values. When in doubt a value is longer rather than shorter: a secret is not cut.
/// For one text; takes time linear in what it reads.
class SecretValueReader
{
public:
    /// What a value stands in.
    struct Place
    {
        bool isInQuery = false; ///< of an address: ends at & and #
        bool isLine = false;    ///< goes to the end of the line
        QuoteMark enclosing;    ///< a quote that was opened right before the key: the value goes to where it closes
    };

    explicit SecretValueReader(QStringView text)
        : m_text(text)
    {
    }

    [[nodiscard]] SecretValue read(qsizetype at, const Place &place) const;
    /// Up to a blank, or to what surely ends a word.
    [[nodiscard]] SecretValue readWord(qsizetype at, const Place &place) const;

    [[nodiscard]] qsizetype skipBlanks(qsizetype at) const;
    [[nodiscard]] qsizetype skipSpace(qsizetype at) const;
    /// The unit at this place; 0 behind the end.
    [[nodiscard]] char16_t unit(qsizetype at) const
    {
        return at >= 0 && at < m_text.size() ? m_text[at].unicode() : u'\0';
    }

private:
    [[nodiscard]] SecretValue readQuoted(qsizetype at, qsizetype open, const Place &place) const;
    [[nodiscard]] SecretValue readContainer(qsizetype at, const Place &place) const;
    [[nodiscard]] SecretValue readLine(qsizetype at, const Place &place) const;
    [[nodiscard]] SecretValue goneOn(SecretValue value, qsizetype at, const Place &place) const;
    [[nodiscard]] qsizetype wordEnd(qsizetype at, const Place &place) const;
    [[nodiscard]] qsizetype withoutClosers(qsizetype begin, qsizetype end) const;
    [[nodiscard]] bool isAssignment(qsizetype at) const;
    [[nodiscard]] bool isEndHere(qsizetype at, const Place &place) const;
    [[nodiscard]] bool isEndAfter(qsizetype at) const;

    QStringView m_text;
};

} // namespace andon
