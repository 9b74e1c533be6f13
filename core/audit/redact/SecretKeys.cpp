// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/SecretKeys.h"

#include "core/audit/redact/KeyWords.h"
#include "core/audit/redact/TextUnits.h"

#include <algorithm>
#include <array>

namespace andon {

namespace {

struct Noun
{
    QStringView text; ///< what the joined words end with
    KeyKind kind;
};

constexpr std::array kNouns{
    Noun{u"password", KeyKind::Secret},     Noun{u"passwords", KeyKind::Count},
    Noun{u"passwd", KeyKind::Secret},       Noun{u"passphrase", KeyKind::Line},
    Noun{u"passphrases", KeyKind::Count},   Noun{u"passcode", KeyKind::Secret},
    Noun{u"pwd", KeyKind::Secret},          Noun{u"secret", KeyKind::Secret},
    Noun{u"secrets", KeyKind::Count},       Noun{u"credential", KeyKind::Secret},
    Noun{u"credentials", KeyKind::Secret},  Noun{u"creds", KeyKind::Secret},
    Noun{u"authorization", KeyKind::Line},  Noun{u"cookie", KeyKind::Line},
    Noun{u"cookies", KeyKind::Count},       Noun{u"token", KeyKind::Secret},
    Noun{u"tokens", KeyKind::Count},        Noun{u"seedphrase", KeyKind::Line},
    Noun{u"recoveryphrase", KeyKind::Line}, Noun{u"sharedaccesssignature", KeyKind::Secret},
    Noun{u"requirepass", KeyKind::Secret},  Noun{u"storepass", KeyKind::Secret},
    Noun{u"keypass", KeyKind::Secret},      Noun{u"dbpass", KeyKind::Secret},
    Noun{u"userpass", KeyKind::Secret},     Noun{u"sshpass", KeyKind::Secret},
    Noun{u"adminpass", KeyKind::Secret},    Noun{u"rootpass", KeyKind::Secret},
};

/// What stands before `key` in a key that opens something. Not `public`, `primary`, `foreign`, `sort`, `cache`.
constexpr std::array<QStringView, 32> kOpeningKeys{
    u"api",
    u"secret",
    u"private",
    u"priv",
    u"access",
    u"encryption",
    u"decryption",
    u"encrypting",
    u"signing",
    u"ssh",
    u"gpg",
    u"pgp",
    u"rsa",
    u"dsa",
    u"ecdsa",
    u"ed25519",
    u"tls",
    u"ssl",
    u"hmac",
    u"aes",
    u"cipher",
    u"crypto",
    u"jwt",
    u"webhook",
    u"auth",
    u"master",
    u"deploy",
    u"deployment",
    u"symmetric",
    u"license",
    u"authentication",
    u"licence",
};

/// The same, of words that also stand before keys that only number something: a number stays.
constexpr std::array<QStringView, 12> kPerhapsOpeningKeys{
    u"account", u"shared", u"service",     u"client",  u"storage", u"subscription",
    u"app",     u"root",   u"application", u"session", u"admin",   u"functions",
};

/// Words at the end that still mean the secret itself: `password_hash`, `SecretString`.
constexpr std::array<QStringView, 28> kSameThing{
    u"value",  u"val",    u"text",   u"plain",        u"plaintext", u"cleartext", u"clear",
    u"raw",    u"hash",   u"hashed", u"b64",          u"base64",    u"encoded",   u"encrypted",
    u"string", u"str",    u"new",    u"old",          u"current",   u"confirm",   u"repeat",
    u"again",  u"header", u"pem",    u"confirmation", u"data",      u"bytes",     u"binary",
};

/// Words at the beginning that make a question or a number of the key.
constexpr std::array<QStringView, 12> kQuestions{
    u"has", u"is", u"was", u"had", u"no", u"needs", u"without", u"num", u"count", u"max", u"min", u"total",
};

/// What stands before `token` where it opens nothing: places in a list, and marks of a language model.
constexpr std::array<QStringView, 18> kHarmlessTokens{
    u"next", u"page", u"nextpage", u"continuation", u"cancellation", u"resume", u"sync",  u"stop", u"eos",
    u"bos",  u"pad",  u"unk",      u"mask",         u"sep",          u"cls",    u"start", u"end",  u"special",
};

/// Words anywhere before `tokens` that say they are counted.
constexpr std::array<QStringView, 18> kCountedTokens{
    u"prompt",    u"completion", u"input", u"output", u"cached", u"reasoning", u"used",  u"remaining", u"budget",
    u"generated", u"special",    u"stop",  u"num",    u"n",      u"max",       u"total", u"min",       u"context",
};

/// What stands before `pass` where it is one round of many.
constexpr std::array<QStringView, 12> kRounds{
    u"first",    u"second", u"third",    u"last", u"single", u"multi",
    u"compiler", u"render", u"boarding", u"by",   u"each",   u"per",
};

template<std::size_t count>
bool contains(const std::array<QStringView, count> &words, QStringView word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

template<std::size_t count>
bool endsWithOne(const std::array<QStringView, count> &words, QStringView text)
{
    return std::any_of(words.begin(), words.end(), [text](QStringView word) { return text.endsWith(word); });
}

/// The word that `noun`, which the words end with, belongs to: `next` for nextToken as for next_token.
QStringView before(const KeyWords &words, QStringView noun)
{
    const QStringView last = words.last();
    return last.size() > noun.size() ? last.chopped(noun.size()) : words.fromEnd(1);
}

KeyKind kindOfTokens(const KeyWords &words, const Noun &noun)
{
    const QStringView which = before(words, noun.text);
    if (contains(kHarmlessTokens, which))
        return KeyKind::None;
    if (noun.kind != KeyKind::Count)
        return noun.kind;
    for (qsizetype i = 1; i < words.count(); ++i) {
        if (contains(kCountedTokens, words.fromEnd(i)))
            return KeyKind::None;
    }
    return noun.kind;
}

/// Of what ends with `key` or `keys`.
KeyKind kindOfKey(QStringView joined)
{
    const bool isMany = joined.endsWith(u's');
    const QStringView whose = joined.chopped(isMany ? 4 : 3);
    if (endsWithOne(kOpeningKeys, whose))
        return isMany ? KeyKind::Count : KeyKind::Secret;
    return endsWithOne(kPerhapsOpeningKeys, whose) ? KeyKind::Count : KeyKind::None;
}

KeyKind kindOfShortWord(const KeyWords &words)
{
    const QStringView last = words.last();
    if (last == u"pass")
        return contains(kRounds, words.fromEnd(1)) ? KeyKind::None : KeyKind::Pass;
    if (last == u"auth")
        return words.fromEnd(1) == u"o" ? KeyKind::None : KeyKind::Auth;
    if (last == u"cred" || last == u"jwt" || last == u"bearer" || last == u"psk")
        return KeyKind::Secret;
    // Of HashiCorp Vault's AppRole; what AWS calls so is a name, and is lost with it.
    if (last == u"id" && words.fromEnd(1) == u"secret")
        return KeyKind::Secret;
    return KeyKind::None;
}

KeyKind kindOfWords(const KeyWords &words)
{
    const QStringView joined = words.joined();
    for (const Noun &noun : kNouns) {
        if (!joined.endsWith(noun.text))
            continue;
        const bool isToken = noun.text.startsWith(u"token");
        return isToken ? kindOfTokens(words, noun) : noun.kind;
    }
    if (joined.endsWith(u"key") || joined.endsWith(u"keys"))
        return kindOfKey(joined);
    return kindOfShortWord(words);
}

QStringList joinedWords(const QStringList &keys)
{
    QStringList joined;
    for (const QString &key : keys) {
        const QString words = KeyWords(key).joined().toString();
        if (!words.isEmpty())
            joined << words;
    }
    return joined;
}

} // namespace

SecretKeys::SecretKeys(const QStringList &more, const QStringList &allowed)
    : m_more(joinedWords(more))
    , m_allowed(joinedWords(allowed))
{
}

KeyKind SecretKeys::kindOf(QStringView key) const
{
    KeyWords words(key);
    if (words.isEmpty())
        return KeyKind::None;
    const auto isWhole = [&words](const QString &one) { return words.joined() == one; };
    const auto isEnd = [&words](const QString &one) { return words.endWith(one); };
    if (std::any_of(m_allowed.begin(), m_allowed.end(), isWhole))
        return KeyKind::None;
    if (std::any_of(m_more.begin(), m_more.end(), isEnd))
        return KeyKind::Secret;
    words.dropNumber();
    for (int i = 0; i < 2 && words.count() > 1 && contains(kSameThing, words.last()); ++i) {
        words.dropLast();
        words.dropNumber();
    }
    if (std::any_of(m_more.begin(), m_more.end(), isEnd))
        return KeyKind::Secret;
    if (words.count() > 1 && contains(kQuestions, words.first()))
        return KeyKind::None;
    return kindOfWords(words);
}

bool SecretKeys::isNameOfScheme(QStringView value)
{
    constexpr qsizetype kLongestName = 16;
    return value.size() <= kLongestName && std::all_of(value.begin(), value.end(), [](QChar unit) {
               const char16_t u = unit.unicode();
               return TextUnits::isLower(u) || TextUnits::isDigit(u) || u == u'-' || u == u'_' || u == u'.';
           });
}

bool SecretKeys::isSignature(QStringView key)
{
    const KeyWords words(key);
    return words.last() == u"sig" || words.last() == u"signature";
}

} // namespace andon
