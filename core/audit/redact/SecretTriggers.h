// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QStringView>

#include <array>
#include <string>
#include <vector>

namespace andon {

/// Tells a text that cannot hold a secret from one that might, in one pass over its units: nearly all that is written
/// to a log is let through here. Whatever the other classes find has one of these words in it. Thread-safe.
class SecretTriggers
{
public:
    /// `moreKeys` as people named them; with `always` every text is looked into.
    explicit SecretTriggers(const QStringList &moreKeys = {}, bool always = false);

    /// False where no secret can be in the text, be it JSON or not.
    [[nodiscard]] bool isIn(QStringView text) const noexcept;

private:
    struct Word
    {
        std::u16string text;    ///< in lower case, three units or more
        bool isAtStart = false; ///< only where no letter or digit stands before it
    };

    void add(QStringView word, bool isAtStart);
    void addMoreKey(const QString &key);
    [[nodiscard]] bool isWordAt(QStringView text, qsizetype at) const noexcept;

    /// A bit for each three units in a row, of which five bits count: a letter's place in the alphabet.
    std::array<quint32, 1024> m_threes{};
    std::array<std::vector<Word>, 32> m_words; ///< by those five bits of their first unit
    bool m_isAlways;
};

} // namespace andon
