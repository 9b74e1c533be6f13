// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/KeyWords.h"

#include "core/audit/redact/TextUnits.h"

namespace andon {

using namespace TextUnits;

namespace {

constexpr qsizetype kMostUnits = 256;

/// Whether a new word begins here, inside of what has no separators: `apiKey`, `APIKey`, `oauth2Token`.
bool isHump(QStringView key, qsizetype at)
{
    if (!QChar::isUpper(key[at].unicode()))
        return false;
    if (!QChar::isUpper(key[at - 1].unicode()))
        return true;
    return at + 1 < key.size() && QChar::isLower(key[at + 1].unicode());
}

} // namespace

KeyWords::KeyWords(QStringView key)
{
    key = key.last(qMin(key.size(), kMostUnits));
    bool isInWord = false;
    for (qsizetype i = 0; i < key.size(); ++i) {
        const char16_t unit = key[i].unicode();
        if (!isWord(unit)) {
            isInWord = false;
            continue;
        }
        if (!isInWord || isHump(key, i))
            m_starts.append(m_joined.size());
        isInWord = true;
        m_joined.append(toLower(unit));
    }
}

QStringView KeyWords::fromEnd(qsizetype index) const
{
    if (index < 0 || index >= count())
        return {};
    const qsizetype start = m_starts[count() - 1 - index];
    const qsizetype end = index == 0 ? m_joined.size() : m_starts[count() - index];
    return joined().sliced(start, end - start);
}

bool KeyWords::endWith(QStringView joinedWords) const
{
    return !joinedWords.isEmpty() && joined().endsWith(joinedWords)
        && m_starts.contains(m_joined.size() - joinedWords.size());
}

void KeyWords::dropLast()
{
    m_joined.resize(m_starts.last());
    m_starts.removeLast();
}

void KeyWords::dropNumber()
{
    while (count() > 0 && m_joined.size() > 1 && isDigit(m_joined.last())) {
        if (m_starts.last() == m_joined.size() - 1) {
            if (count() == 1)
                return;
            m_starts.removeLast();
        }
        m_joined.removeLast();
    }
}

} // namespace andon
