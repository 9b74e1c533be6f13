// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/TextSecrets.h"

#include "core/audit/redact/TextUnits.h"

#include <algorithm>
#include <array>

namespace andon {

using namespace TextUnits;

namespace {

bool isSame(QStringView one, QStringView other)
{
    return one.compare(other, Qt::CaseInsensitive) == 0;
}

bool isNothing(QStringView text)
{
    return isSame(text, u"true") || isSame(text, u"false") || isSame(text, u"null") || isSame(text, u"none");
}

bool isNumber(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar unit) {
        return isDigit(unit.unicode()) || unit == u'.' || unit == u',' || unit == u'_';
    });
}

bool isPlainWord(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar unit) { return isLetter(unit.unicode()); });
}

/// Whether what follows may be the name of what is set, and not a value: `key="ApiToken" value="…"`.
bool isNamePart(QStringView key)
{
    return isSame(key, u"name") || isSame(key, u"key");
}

/// How far is looked ahead for what may turn out not to be a secret, and is then read again.
constexpr qsizetype kLookAhead = 512;

} // namespace

TextSecrets::TextSecrets(QStringView text, const SecretRules &rules, int depth)
    : m_text(text)
    , m_rules(rules)
    , m_depth(depth)
    , m_reader(text)
    , m_shapes(text)
    , m_phrases(text)
{
}

void TextSecrets::find(SecretSpans &spans)
{
    m_spans = &spans;
    m_at = 0;
    while (m_at < m_text.size()) {
        const char16_t here = m_reader.unit(m_at);
        if (isWord(here) || here == u'_') {
            readWord();
        } else if (here == u':' && m_reader.unit(m_at + 1) == u'/' && m_reader.unit(m_at + 2) == u'/') {
            const std::optional<SecretSpan> password = m_phrases.atAddress(m_at);
            if (password)
                spans.add(password->begin, password->end);
            m_at = password ? password->end : m_at + 3;
        } else {
            ++m_at;
        }
    }
    applyPatterns();
}

/// Where a word ends that begins here: letters, digits, and single joiners between them. Looks for a token of a known
/// shape on the way.
qsizetype TextSecrets::wordEnd(qsizetype at)
{
    m_token = -1;
    bool isStart = true;
    for (; at < m_text.size(); ++at) {
        const char16_t here = m_reader.unit(at);
        if (isWord(here)) {
            if (isStart && m_token < 0 && m_shapes.endOf(at) != at)
                m_token = at;
            isStart = !isAlnum(here);
            continue;
        }
        isStart = true;
        const char16_t next = m_reader.unit(at + 1);
        const bool goesOn = here == u'_' || ((here == u'-' || here == u'.') && (isWord(next) || next == u'_'));
        if (!goesOn)
            break;
    }
    return at;
}

void TextSecrets::readWord()
{
    qsizetype begin = m_at;
    // The letter of an escape that was escaped itself: \n
    if (begin > 0 && m_text[begin - 1] == u'\\' && QStringView(u"nrtbfv").contains(m_text[begin]))
        ++begin;
    const qsizetype end = wordEnd(begin);
    m_at = qMax(end, m_at + 1);
    if (end == begin || readPhrase(begin, end))
        return;
    const Key key = keyAt(begin, end);
    qsizetype at = key.behind;
    const Separator separator = separatorOf(key, &at);
    if (separator == Separator::None)
        return;
    const QStringView name = nameOf(key);
    if (isNamePart(m_text.sliced(begin, end - begin)) && readPair(at))
        return;
    KeyKind kind = m_rules.keys.kindOf(name);
    if (kind == KeyKind::None && isInQuery(key) && SecretKeys::isSignature(name))
        kind = KeyKind::Secret;
    if (kind != KeyKind::None)
        readValue(key, kind, separator, at);
}

/// Reads what is secret without a key, or is announced by this word.
bool TextSecrets::readPhrase(qsizetype begin, qsizetype end)
{
    if (m_token >= 0) {
        const qsizetype tokenEnd = m_shapes.endOf(m_token);
        m_spans->add(m_token, tokenEnd);
        m_at = qMax(m_at, tokenEnd);
        return true;
    }
    std::optional<SecretSpan> found = m_phrases.atWord(begin, end);
    const bool isElement = !found && m_reader.unit(begin - 1) == u'<' && m_reader.unit(end) == u'>'
        && m_rules.keys.kindOf(m_text.sliced(begin, end - begin)) != KeyKind::None;
    if (isElement)
        found = m_phrases.atElement(begin, end);
    if (!found)
        return false;
    m_spans->add(found->begin, found->end);
    // What stands between IDENTIFIED and its quote is read all the same.
    if (!isSame(m_text.sliced(begin, end - begin), u"identified"))
        m_at = qMax(m_at, found->end);
    return true;
}

TextSecrets::Key TextSecrets::keyAt(qsizetype begin, qsizetype end) const
{
    Key key;
    key.begin = begin;
    key.end = end;
    while (begin > key.dashes && m_text[begin - 1 - key.dashes] == u'-')
        ++key.dashes;
    key.opening = QuoteMark::before(m_text, begin - key.dashes);
    key.closing = QuoteMark::at(m_text, end);
    key.behind = end;
    if (key.isQuoted()) {
        key.behind += key.closing.size();
        if (m_reader.unit(key.behind) == key.closing.unit) // as CSV has them
            ++key.behind;
    }
    if (m_reader.unit(key.behind) == u']') // environment["TOKEN"] = …
        ++key.behind;
    return key;
}

bool TextSecrets::isOption(const Key &key) const
{
    const qsizetype before = key.begin - key.dashes;
    const char16_t unit = m_reader.unit(before - 1);
    return key.dashes > 0 && key.dashes <= 2
        && (before == 0 || isSpace(unit) || isQuote(unit) || QStringView(u"[({,=|;&").contains(QChar(unit)));
}

/// Whether the key begins its line, but for what stands before items of lists.
bool TextSecrets::isAtLineStart(const Key &key) const
{
    qsizetype at = key.begin - key.dashes;
    while (at > 0 && (isBlank(m_text[at - 1].unicode()) || QStringView(u"-*#>").contains(m_text[at - 1])))
        --at;
    return at == 0 || m_text[at - 1] == u'\n' || m_text[at - 1] == u'\r';
}

bool TextSecrets::isInQuery(const Key &key) const
{
    const char16_t before = m_reader.unit(key.begin - 1);
    return before == u'?' || before == u'&' || before == u'#';
}

/// The words that name the key. Of `API key` the last word alone says nothing.
QStringView TextSecrets::nameOf(const Key &key) const
{
    constexpr qsizetype kLongestWord = 32;
    const QStringView name = m_text.sliced(key.begin, key.end - key.begin);
    if (m_reader.unit(key.begin - 1) != u' ' || !(isSame(name, u"key") || isSame(name, u"keys")))
        return name;
    qsizetype begin = key.begin - 1;
    while (begin > 0 && key.begin - begin < kLongestWord && isWord(m_text[begin - 1].unicode()))
        --begin;
    return m_text.sliced(begin, key.end - begin);
}

/// What stands between the key and its value, and where the value begins.
TextSecrets::Separator TextSecrets::separatorOf(const Key &key, qsizetype *value) const
{
    const auto unit = [this](qsizetype at) { return m_reader.unit(at); };
    // Pretty JSON may have its value on the next line, but only what JSON may have.
    const auto skip = [this, &key, unit](qsizetype from) {
        const qsizetype here = m_reader.skipBlanks(from);
        if (!key.isQuoted() || !isSpace(unit(here)))
            return here;
        const qsizetype next = m_reader.skipSpace(here);
        const char16_t first = unit(next);
        const bool isJson = QStringView(u":,\"'\\{[").contains(QChar(first)) || isDigit(first)
            || (first == u'-' && isDigit(unit(next + 1)));
        return isJson ? next : here;
    };
    const qsizetype at = skip(key.behind);
    if (unit(at) == u':') {
        if (unit(at + 1) == u':' || (unit(at + 1) == u'/' && unit(at + 2) == u'/'))
            return Separator::None;
        *value = skip(unit(at + 1) == u'=' ? at + 2 : at + 1);
        return Separator::Colon;
    }
    if (unit(at) == u'=') {
        qsizetype behind = at + 1;
        while (unit(behind) == u'=' || unit(behind) == u'>' || unit(behind) == u'~')
            ++behind;
        *value = skip(behind);
        return Separator::Equals;
    }
    if (isOption(key) && unit(at) == u',' && key.isQuoted()) {
        *value = m_reader.skipSpace(at + 1);
        return QuoteMark::at(m_text, *value).isValid() ? Separator::List : Separator::None;
    }
    if (at == key.behind || at >= m_text.size())
        return Separator::None;
    *value = at;
    if (isOption(key))
        return unit(at) == u'-' && unit(at + 1) == u'-' ? Separator::None : Separator::Option;
    const bool isBeforeQuote = !key.isQuoted() && QuoteMark::at(m_text, at).isValid();
    return isBeforeQuote ? Separator::Quote : Separator::None;
}

bool TextSecrets::isHarmless(KeyKind kind, Separator separator, const SecretValue &value, qsizetype begin) const
{
    const QStringView text = m_text.sliced(value.begin, value.end - value.begin);
    if (value.isEmpty() || (value.form != SecretValue::Form::Quoted && isNothing(text)))
        return true;
    const bool isProse = separator == Separator::Colon && isBlank(m_reader.unit(begin - 1));
    switch (kind) {
    case KeyKind::Count:
        return isNumber(text);
    case KeyKind::Pass:
        return isNumber(text) || (isProse && value.form == SecretValue::Form::Word && isPlainWord(text));
    case KeyKind::Auth:
        return SecretKeys::isNameOfScheme(text);
    default:
        return false;
    }
}

/// Whether a list or object that begins here holds no text, and ends soon.
bool TextSecrets::isCount(qsizetype at) const
{
    const QStringView ahead = m_text.first(qMin(m_text.size(), at + kLookAhead));
    const SecretValue value = SecretValueReader(ahead).read(at, {});
    return !value.hasText && value.end < ahead.size();
}

/// Goes on behind a value: at its second line, if it has one. A quote that was never closed, in a line that was cut
/// off, must not hide where the next quote opens.
void TextSecrets::goOnBehind(qsizetype begin, qsizetype end, qsizetype next)
{
    const qsizetype line = m_text.sliced(begin, end - begin).indexOf(u'\n');
    m_at = qMax(m_at, line >= 0 ? begin + line : next);
}

void TextSecrets::addValue(const Key &key, const SecretValue &value)
{
    const bool needsQuotes = key.isQuoted() && key.closing.unit == u'"' && value.form != SecretValue::Form::Quoted;
    m_spans->add(value.begin, value.end, needsQuotes ? m_depth + key.closing.depth() : SecretSpan::kBare);
    goOnBehind(value.begin, value.form == SecretValue::Form::Container ? value.begin : value.end, value.next);
}

void TextSecrets::readValue(const Key &key, KeyKind kind, Separator separator, qsizetype at)
{
    if (separator == Separator::Quote) {
        // The SQL of accounts. A secret or token with a name in quotes is what Kubernetes writes about.
        const QStringView name = nameOf(key);
        if (!isSame(name, u"password") && !isSame(name, u"passwd") && !isSame(name, u"passphrase"))
            return;
    }
    SecretValueReader::Place place;
    place.isInQuery = isInQuery(key);
    if (!key.isQuoted())
        place.enclosing = key.opening;
    const bool isHeader = kind == KeyKind::Line && !place.isInQuery;
    const bool isOwnLine = separator == Separator::Colon && kind != KeyKind::Auth && kind != KeyKind::Pass
        && kind != KeyKind::Count && (place.enclosing.isValid() || isAtLineStart(key));
    const bool hasSign = separator == Separator::Colon || separator == Separator::Equals;
    place.isLine = hasSign && !key.isQuoted() && (isHeader || isOwnLine);
    if (separator == Separator::Option)
        place.enclosing = {};
    const bool isContainer = m_reader.unit(at) == u'{' || m_reader.unit(at) == u'[';
    if (isContainer && (kind == KeyKind::Pass || kind == KeyKind::Auth))
        return;
    if (isContainer && kind == KeyKind::Count && isCount(at))
        return;
    const SecretValue value = m_reader.read(at, place);
    // In an object that is cut off: what follows the option is the next key.
    if (separator == Separator::List && m_reader.unit(m_reader.skipSpace(value.next)) == u':')
        return;
    if (!isHarmless(kind, separator, value, at))
        addValue(key, value);
}

/// `name: DB_PASSWORD`, `value: x`, as Kubernetes and XML settings have it.
bool TextSecrets::readPair(qsizetype at)
{
    const QStringView ahead = m_text.first(qMin(m_text.size(), at + kLookAhead));
    const SecretValue name = SecretValueReader(ahead).read(at, {});
    const QStringView text = m_text.sliced(name.begin, name.end - name.begin);
    const bool isName = std::none_of(text.begin(), text.end(), [](QChar unit) {
        return isQuote(unit.unicode()) || QStringView(u"=:{[\n").contains(unit);
    });
    const KeyKind kind = isName ? m_rules.keys.kindOf(text) : KeyKind::None;
    if (kind == KeyKind::None || kind == KeyKind::Auth)
        return false;
    qsizetype begin = name.next;
    while (isSpace(m_reader.unit(begin)) || m_reader.unit(begin) == u',' || isQuote(m_reader.unit(begin))
           || m_reader.unit(begin) == u'\\')
        ++begin;
    constexpr QStringView kValue = u"value";
    if (!m_text.sliced(begin).startsWith(kValue, Qt::CaseInsensitive))
        return false;
    const Key second = keyAt(begin, begin + kValue.size());
    qsizetype valueAt = second.behind;
    const Separator separator = separatorOf(second, &valueAt);
    if (separator != Separator::Colon && separator != Separator::Equals)
        return false;
    readValue(second, kind, separator, valueAt);
    return true;
}

void TextSecrets::applyPatterns()
{
    for (const QRegularExpression &pattern : m_rules.patterns) {
        QRegularExpressionMatchIterator matches = pattern.globalMatch(m_text.toString());
        if (!matches.isValid()) {
            m_spans->add(0, m_text.size());
            return;
        }
        while (matches.hasNext()) {
            const QRegularExpressionMatch match = matches.next();
            const int group = match.capturedStart(1) >= 0 ? 1 : 0;
            m_spans->add(match.capturedStart(group), match.capturedEnd(group));
        }
        if (!matches.isValid())
            m_spans->add(0, m_text.size());
    }
}

} // namespace andon
