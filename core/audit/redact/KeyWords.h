// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringView>
#include <QVarLengthArray>

namespace andon {

/// A key in lower case, without separators, and the words in it: `db-password`, `dbPassword` and `DB_PASSWORD` are the
/// words `db` and `password`. Only the last 256 units of a key are looked at: what it names stands at its end.
class KeyWords
{
public:
    explicit KeyWords(QStringView key);

    [[nodiscard]] bool isEmpty() const { return m_starts.isEmpty(); }
    [[nodiscard]] qsizetype count() const { return m_starts.size(); }
    /// Counted from the last, which is 0.
    [[nodiscard]] QStringView fromEnd(qsizetype index) const;
    [[nodiscard]] QStringView first() const { return fromEnd(count() - 1); }
    [[nodiscard]] QStringView last() const { return fromEnd(0); }
    /// All words without anything between them.
    [[nodiscard]] QStringView joined() const { return {m_joined.data(), m_joined.size()}; }
    /// Whether the words, or the last few of them, are this text when they are joined.
    [[nodiscard]] bool endWith(QStringView joinedWords) const;

    void dropLast();
    /// Drops the number that the key ends with, as in `password2` or `api_key_1`.
    void dropNumber();

private:
    QVarLengthArray<char16_t, 64> m_joined;
    QVarLengthArray<qsizetype, 16> m_starts;
};

} // namespace andon
