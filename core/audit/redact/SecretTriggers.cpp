// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/SecretTriggers.h"

#include "core/audit/redact/KeyWords.h"
#include "core/audit/redact/TextUnits.h"

#include <algorithm>

namespace andon {

using namespace TextUnits;

namespace {

/// In keys and phrases.
constexpr std::array<QStringView, 19> kWords{
    u"pass",   u"pwd", u"secret", u"token", u"cred",       u"auth", u"cookie", u"jwt",  u"bearer",    u"key",
    u"phrase", u"psk", u"basic ", u"begin", u"identified", u"sig=", u"basic%", u":\\/", u"signature",
};

/// What well-known tokens begin with: see TokenShapes.
constexpr std::array<QStringView, 30> kBeginnings{
    u"ghp_",     u"gho_",     u"ghu_",   u"ghs_", u"ghr_",   u"github_pat_", u"glpat-",   u"gldt-",
    u"glrt-",    u"xox",      u"xapp-",  u"akia", u"asia",   u"sk-",         u"sk_live_", u"sk_test_",
    u"rk_live_", u"rk_test_", u"whsec_", u"aiza", u"eyj",    u"npm_",        u"hf_",      u"dckr_pat_",
    u"pypi-",    u"ya29.",    u"hvs.",   u"sg.",  u"shpat_", u"dop_v1_",
};

constexpr unsigned kFive = 31;

constexpr unsigned five(char16_t unit)
{
    return unit & kFive;
}

/// An address with a password in it has an @; an escape by number may be any letter.
constexpr QStringView kAddress = u"://";
constexpr QStringView kEscape = u"\\u";

} // namespace

SecretTriggers::SecretTriggers(const QStringList &moreKeys, bool always)
    : m_isAlways(always)
{
    for (const QStringView word : kWords)
        add(word, false);
    for (const QStringView word : kBeginnings)
        add(word, true);
    add(kAddress, false);
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        add(kEscape.toString() + QChar(digit), false);
    for (char16_t letter = u'a'; letter <= u'f'; ++letter)
        add(kEscape.toString() + QChar(letter), false);
    for (const QString &key : moreKeys)
        addMoreKey(key);
}

void SecretTriggers::add(QStringView word, bool isAtStart)
{
    const unsigned three = five(word[0].unicode()) << 10 | five(word[1].unicode()) << 5 | five(word[2].unicode());
    m_threes.at(three >> 5) |= 1U << (three & kFive);
    m_words.at(five(word[0].unicode())).push_back({word.toString().toStdU16String(), isAtStart});
}

void SecretTriggers::addMoreKey(const QString &key)
{
    // Its longest word stands in every way to write it. One that is short, or not ASCII, is not looked for so cheaply.
    const KeyWords words(key);
    QStringView longest;
    for (qsizetype i = 0; i < words.count(); ++i)
        longest = words.fromEnd(i).size() > longest.size() ? words.fromEnd(i) : longest;
    const bool isAscii = std::all_of(longest.begin(), longest.end(), [](QChar unit) { return unit < QChar(0x80); });
    if (longest.size() < 3 || !isAscii)
        m_isAlways = m_isAlways || !longest.isEmpty();
    else
        add(longest, false);
}

bool SecretTriggers::isWordAt(QStringView text, qsizetype at) const noexcept
{
    const auto isHere = [text, at](const Word &word) {
        const auto size = static_cast<qsizetype>(word.text.size());
        if (size > text.size() - at)
            return false;
        for (qsizetype i = 0; i < size; ++i) {
            if (toLower(text[at + i].unicode()) != word.text[static_cast<std::size_t>(i)])
                return false;
        }
        // What follows an escape (`\n`) begins anew.
        return !word.isAtStart || at == 0 || !isAlnum(text[at - 1].unicode()) || (at > 1 && text[at - 2] == u'\\');
    };
    const std::vector<Word> &words = m_words[five(text[at].unicode())];
    return std::any_of(words.begin(), words.end(), isHere);
}

bool SecretTriggers::isIn(QStringView text) const noexcept
{
    if (m_isAlways)
        return true;
    const char16_t *const units = text.utf16();
    unsigned three = 0;
    bool mayBeAddress = true;
    for (qsizetype i = 0; i < text.size(); ++i) {
        three = (three << 5 | five(units[i])) & 0x7fffU;
        if ((m_threes[three >> 5] >> (three & kFive) & 1U) == 0 || i < 2 || !isWordAt(text, i - 2))
            continue;
        if (text.sliced(i - 2, 3) != kAddress)
            return true;
        // Asked once: the last @ is behind this place, or behind none.
        mayBeAddress = mayBeAddress && text.sliced(i).contains(u'@');
        if (mayBeAddress)
            return true;
    }
    return false;
}

} // namespace andon
