// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringView>

#include <vector>

namespace andon {

/// A piece of a text that is secret. Positions count UTF-16 units.
struct SecretSpan
{
    /// Nothing around what takes the secret's place.
    static constexpr int kBare = -1;

    qsizetype begin = 0;
    qsizetype end = 0;
    /// kBare, or how many JSON strings the text lies in, one in the other, where what takes the secret's place needs
    /// quotes of its own because the secret had none: a number, an object.
    int quoting = kBare;
};

/// What is secret in one text, found in any order; pieces may overlap.
class SecretSpans
{
public:
    static QString replacement();

    /// An empty piece is left out.
    void add(qsizetype begin, qsizetype end, int quoting = SecretSpan::kBare);
    void clear() { m_spans.clear(); }
    [[nodiscard]] bool isEmpty() const { return m_spans.empty(); }
    [[nodiscard]] const std::vector<SecretSpan> &all() const { return m_spans; }

    /// The text with each piece replaced; of pieces that overlap the first counts, and is as long as they all.
    /// The very same string where that changes nothing.
    [[nodiscard]] QString appliedTo(const QString &text);

private:
    void tidy();

    std::vector<SecretSpan> m_spans;
};

} // namespace andon
