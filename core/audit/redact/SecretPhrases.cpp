// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/SecretPhrases.h"

#include "core/audit/redact/SecretValue.h"
#include "core/audit/redact/TextUnits.h"

#include <QByteArray>

#include <algorithm>
#include <array>

namespace andon {

using namespace TextUnits;

namespace {

/// What follows `Bearer` where people write about bearers.
constexpr std::array<QStringView, 22> kWordsAfterBearer{
    u"token",
    u"tokens",
    u"auth",
    u"authentication",
    u"authorization",
    u"scheme",
    u"header",
    u"headers",
    u"format",
    u"realm",
    u"is",
    u"was",
    u"of",
    u"or",
    u"and",
    u"credentials",
    u"type",
    u"prefix",
    u"missing",
    u"required",
    u"in",
    u"for",
};

bool isSame(QStringView one, QStringView other)
{
    return one.compare(other, Qt::CaseInsensitive) == 0;
}

bool isPlainWord(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar unit) { return isLower(unit.unicode()); });
}

bool isBearerToken(QStringView scheme, QStringView token)
{
    constexpr qsizetype kLongestWord = 15;
    if (token.isEmpty() || token.startsWith(u"realm="))
        return false;
    if (std::any_of(kWordsAfterBearer.begin(), kWordsAfterBearer.end(),
                    [token](QStringView word) { return isSame(word, token); }))
        return false;
    // "the bearer shall"
    return scheme != u"bearer" || !isPlainWord(token) || token.size() > kLongestWord;
}

/// Whether this is base64 of `user:password` (RFC 7617), and not a word after "basic".
bool isBasicToken(QStringView token)
{
    constexpr qsizetype kEnough = 64;
    constexpr char kDelete = 0x7f;
    QByteArray start = token.first(qMin(token.size(), kEnough)).toLatin1();
    start.replace('-', '+').replace('_', '/');
    const QByteArray decoded = QByteArray::fromBase64(start);
    const auto isControl = [](char byte) { return (byte >= 0 && byte < ' ') || byte == kDelete; };
    return decoded.contains(':') && std::none_of(decoded.begin(), decoded.end(), isControl);
}

bool isBase64(char16_t unit)
{
    return isAlnum(unit) || unit == u'+' || unit == u'/' || unit == u'-' || unit == u'_' || unit == u'=';
}

bool endsAddress(char16_t unit)
{
    return isSpace(unit) || isQuote(unit) || unit == u'<' || unit == u'>' || unit == u'\\';
}

} // namespace

std::optional<SecretSpan> SecretPhrases::afterScheme(QStringView scheme, qsizetype end) const
{
    const SecretValueReader reader(m_text);
    qsizetype begin = reader.skipBlanks(end);
    if (m_text.sliced(end).startsWith(u"%20"))
        begin = end + 3;
    if (begin == end)
        return std::nullopt;
    if (isSame(scheme, u"bearer")) {
        const SecretValue token = reader.readWord(begin, {});
        if (isBearerToken(scheme, m_text.sliced(begin, token.end - begin)))
            return SecretSpan{begin, token.end};
        return std::nullopt;
    }
    qsizetype tokenEnd = begin;
    while (isBase64(reader.unit(tokenEnd)))
        ++tokenEnd;
    if (isBasicToken(m_text.sliced(begin, tokenEnd - begin)))
        return SecretSpan{begin, tokenEnd};
    return std::nullopt;
}

std::optional<SecretSpan> SecretPhrases::privateKey(qsizetype begin, qsizetype end) const
{
    qsizetype start = begin;
    while (start > 0 && (m_text[start - 1] == u'-' || (isBlank(m_text[start - 1].unicode()) && start == begin)))
        --start;
    if (begin - start < 2)
        return std::nullopt;
    constexpr qsizetype kLongestLabel = 64;
    QStringView label = m_text.sliced(end, qMin(kLongestLabel, m_text.size() - end));
    for (const QChar stop : {u'-', u'\n'})
        label = label.first(label.contains(stop) ? label.indexOf(stop) : label.size());
    if (!label.contains(u"PRIVATE") && !label.contains(u"SECRET"))
        return std::nullopt;
    qsizetype close = m_text.indexOf(u"-END ", end);
    if (close < 0)
        close = m_text.indexOf(u"- END ", end);
    if (close < 0)
        return SecretSpan{start, m_text.size()};
    const auto isNot = [this](qsizetype at, char16_t unit) { return at < m_text.size() && m_text[at] != unit; };
    close += 3;
    while (isNot(close, u'-') && isNot(close, u'\n') && isNot(close, u'\\'))
        ++close;
    while (close < m_text.size() && m_text[close] == u'-')
        ++close;
    return SecretSpan{start, close};
}

std::optional<SecretSpan> SecretPhrases::identifiedBy(qsizetype end) const
{
    // IDENTIFIED BY 'x', IDENTIFIED WITH plugin BY 'x', IDENTIFIED BY PASSWORD 'x'
    constexpr qsizetype kFarthest = 80;
    const SecretValueReader reader(m_text);
    bool wasBy = false;
    for (qsizetype at = end; at < qMin(m_text.size(), end + kFarthest);) {
        at = reader.skipSpace(at);
        if (wasBy && QuoteMark::at(m_text, at).isValid()) {
            const SecretValue value = reader.read(at, {});
            return SecretSpan{value.begin, value.end};
        }
        const qsizetype begin = at;
        while (isAlnum(reader.unit(at)) || reader.unit(at) == u'_' || reader.unit(at) == u'\'')
            ++at;
        if (at == begin)
            return std::nullopt;
        wasBy = wasBy || isSame(m_text.sliced(begin, at - begin), u"by");
    }
    return std::nullopt;
}

std::optional<SecretSpan> SecretPhrases::atWord(qsizetype begin, qsizetype end)
{
    const QStringView word = m_text.sliced(begin, end - begin);
    if (isSame(word, u"bearer") || isSame(word, u"basic"))
        return afterScheme(word, end);
    if (word == u"BEGIN")
        return privateKey(begin, end);
    return isSame(word, u"identified") ? identifiedBy(end) : std::nullopt;
}

std::optional<SecretSpan> SecretPhrases::atAddress(qsizetype colon)
{
    const qsizetype begin = colon + 3;
    qsizetype authorityEnd = begin;
    qsizetype user = -1; // where the user's name ends
    qsizetype host = -1; // the @ before it
    for (; authorityEnd < m_text.size(); ++authorityEnd) {
        const char16_t here = m_text[authorityEnd].unicode();
        if (endsAddress(here) || here == u'/' || here == u'?' || here == u'#')
            break;
        if (here == u':' && user < 0)
            user = authorityEnd;
        if (here == u'@')
            host = authorityEnd;
    }
    if (user < 0 || (begin < m_text.size() && m_text[begin] == u'['))
        return std::nullopt;
    if (host < 0) {
        // A password that should have been escaped: user:pass/word@host. A port is nothing but digits.
        const QStringView port = m_text.sliced(user + 1, authorityEnd - user - 1);
        if (std::all_of(port.begin(), port.end(), [](QChar unit) { return isDigit(unit.unicode()); }))
            return std::nullopt;
        if (m_addressEnd < authorityEnd) {
            m_lastAt = -1;
            for (m_addressEnd = authorityEnd; m_addressEnd < m_text.size(); ++m_addressEnd) {
                if (endsAddress(m_text[m_addressEnd].unicode()))
                    break;
                if (m_text[m_addressEnd] == u'@')
                    m_lastAt = m_addressEnd;
            }
        }
        host = m_lastAt;
    }
    if (host <= user + 1)
        return std::nullopt;
    return SecretSpan{user + 1, host};
}

std::optional<SecretSpan> SecretPhrases::atElement(qsizetype begin, qsizetype end)
{
    if (m_closingTag <= end && m_closingTag >= 0)
        m_closingTag = m_text.indexOf(u"</", end);
    const QStringView name = m_text.sliced(begin, end - begin);
    const QStringView tag = m_closingTag < 0 ? QStringView() : m_text.sliced(m_closingTag + 2);
    if (m_closingTag >= 0 && (tag.startsWith(name, Qt::CaseInsensitive) || name.startsWith(tag, Qt::CaseInsensitive)))
        return SecretSpan{end + 1, m_closingTag};
    // Cut off, or no XML at all but a type in angle brackets, which no word follows without a blank.
    qsizetype cut = end + 1;
    while (cut < m_text.size() && !endsAddress(m_text[cut].unicode()))
        ++cut;
    if (cut == end + 1 || !isWord(m_text[end + 1].unicode()))
        return std::nullopt;
    return SecretSpan{end + 1, cut};
}

} // namespace andon
