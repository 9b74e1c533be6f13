// SPDX-License-Identifier: Apache-2.0
#include "core/audit/redact/SecretValue.h"

#include "core/audit/redact/TextUnits.h"

#include <algorithm>
#include <array>

namespace andon {

using namespace TextUnits;

namespace {

constexpr QStringView kOpeners = u"([{";
constexpr QStringView kClosers = u")]}";

/// Words before what is sent as a proof of who asks (RFC 7235): the proof is the word after them.
constexpr std::array<QStringView, 6> kSchemes{u"bearer", u"basic", u"token", u"digest", u"negotiate", u"apikey"};

bool isScheme(QStringView word)
{
    return std::any_of(kSchemes.begin(), kSchemes.end(),
                       [word](QStringView scheme) { return word.compare(scheme, Qt::CaseInsensitive) == 0; });
}

} // namespace

qsizetype SecretValueReader::skipBlanks(qsizetype at) const
{
    while (isBlank(unit(at)))
        ++at;
    return at;
}

qsizetype SecretValueReader::skipSpace(qsizetype at) const
{
    while (isSpace(unit(at)))
        ++at;
    return at;
}

/// Whether `name=` or `name:` begins here. Names are short, so that asking is cheap.
bool SecretValueReader::isAssignment(qsizetype at) const
{
    constexpr qsizetype kLongestName = 64;
    qsizetype end = at;
    while (end - at < kLongestName && (isAlnum(unit(end)) || unit(end) == u'_' || unit(end) == u'-'))
        ++end;
    return end > at && (unit(end) == u'=' || unit(end) == u':');
}

/// Whether a word is over where a comma, a semicolon or a quote stands right before this place.
bool SecretValueReader::isEndAfter(qsizetype at) const
{
    const char16_t next = unit(at);
    return at >= m_text.size() || isSpace(next) || isQuote(next) || QStringView(u",;)]}>").contains(QChar(next))
        || isAssignment(at);
}

/// Whether a word ends before a unit that may also be part of one.
bool SecretValueReader::isEndHere(qsizetype at, const Place &place) const
{
    switch (unit(at)) {
    case u',':
    case u';':
        return isEndAfter(at + 1);
    case u'&':
        return place.isInQuery || isAssignment(at + 1);
    case u'#':
        return place.isInQuery;
    default:
        return false;
    }
}

qsizetype SecretValueReader::wordEnd(qsizetype at, const Place &place) const
{
    while (at < m_text.size()) {
        const char16_t here = unit(at);
        if (isSpace(here)) {
            if (!place.enclosing.isValid() || isAssignment(at + 1))
                return at;
            ++at;
        } else if (here == u'\\' || isQuote(here)) {
            const QuoteMark mark = QuoteMark::at(m_text, at);
            const qsizetype behind = at + mark.backslashes;
            if (mark.isValid()) {
                if (isEndAfter(behind + 1))
                    return at;
                at = behind + 1;
            } else { // a shell's way to have a blank in a word
                at = isBlank(unit(behind)) ? behind + 1 : behind;
            }
        } else if (isEndHere(at, place)) {
            return at;
        } else {
            ++at;
        }
    }
    return at;
}

/// Brackets at a word's end that were opened before the word are not part of it.
qsizetype SecretValueReader::withoutClosers(qsizetype begin, qsizetype end) const
{
    std::array<qsizetype, 3> open{};
    for (qsizetype i = begin; i < end; ++i) {
        const qsizetype opener = kOpeners.indexOf(m_text[i]);
        const qsizetype closer = kClosers.indexOf(m_text[i]);
        if (opener >= 0)
            ++open.at(static_cast<std::size_t>(opener));
        if (closer >= 0)
            --open.at(static_cast<std::size_t>(closer));
    }
    for (; end > begin; --end) {
        const qsizetype closer = kClosers.indexOf(m_text[end - 1]);
        if (closer < 0 || open.at(static_cast<std::size_t>(closer)) >= 0)
            break;
        ++open.at(static_cast<std::size_t>(closer));
    }
    return end;
}

SecretValue SecretValueReader::readWord(qsizetype at, const Place &place) const
{
    SecretValue value;
    value.begin = at;
    qsizetype end = at;
    if (place.enclosing.isValid()) {
        const qsizetype closing = place.enclosing.closing(m_text, at);
        const QStringView inside = m_text.first(place.enclosing.contentEnd(m_text, at, closing));
        end = SecretValueReader(inside).wordEnd(at, place);
    } else {
        end = wordEnd(at, place);
    }
    value.end = withoutClosers(at, end);
    value.next = value.end;
    return value;
}

/// What was read, or where more follows without a blank in between, all of it as one word.
SecretValue SecretValueReader::goneOn(SecretValue value, qsizetype at, const Place &place) const
{
    const char16_t next = unit(value.next);
    if (value.next >= m_text.size() || isSpace(next) || QStringView(u",;:)]}<>&|/\\").contains(QChar(next))
        || isQuote(next))
        return value;
    const SecretValue more = readWord(value.next, {place.isInQuery, false, {}});
    if (more.isEmpty())
        return value;
    return {SecretValue::Form::Word, at, more.end, more.next, true};
}

SecretValue SecretValueReader::readQuoted(qsizetype at, qsizetype open, const Place &place) const
{
    const QuoteMark mark = QuoteMark::at(m_text, open);
    SecretValue value;
    value.form = SecretValue::Form::Quoted;
    value.begin = open + mark.size();
    const qsizetype closing = mark.closing(m_text, value.begin);
    value.end = mark.contentEnd(m_text, value.begin, closing);
    value.next = qMin(closing + 1, m_text.size());
    return goneOn(value, at, place);
}

SecretValue SecretValueReader::readContainer(qsizetype at, const Place &place) const
{
    SecretValue value;
    value.form = SecretValue::Form::Container;
    value.begin = at;
    value.hasText = false;
    qsizetype depth = 0;
    while (at < m_text.size()) {
        const QuoteMark mark = QuoteMark::at(m_text, at);
        if (mark.isValid()) {
            const qsizetype closing = mark.closing(m_text, at + mark.size());
            at = qMin(closing + 1, m_text.size());
            value.hasText = value.hasText || unit(skipSpace(at)) != u':';
            continue;
        }
        at += mark.backslashes;
        const char16_t here = unit(at++);
        if (here == u'{' || here == u'[')
            ++depth;
        else if ((here == u'}' || here == u']') && --depth <= 0)
            break;
    }
    value.end = qMin(at, m_text.size()); // nothing closes it: all that follows
    value.next = value.end;
    return goneOn(value, value.begin, place);
}

SecretValue SecretValueReader::readLine(qsizetype at, const Place &place) const
{
    SecretValue value;
    value.form = SecretValue::Form::Line;
    value.begin = at;
    value.end = at;
    if (place.enclosing.isValid()) {
        value.end = place.enclosing.contentEnd(m_text, at, place.enclosing.closing(m_text, at));
    } else {
        while (value.end < m_text.size() && unit(value.end) != u'\n' && unit(value.end) != u'\r')
            ++value.end;
    }
    value.next = value.end;
    while (value.end > at && isBlank(unit(value.end - 1)))
        --value.end;
    return value;
}

SecretValue SecretValueReader::read(qsizetype at, const Place &place) const
{
    // As Python and Rust write texts: b"…".
    const bool isPrefixed = QStringView(u"bBuUrRfF").contains(QChar(unit(at)))
        && QuoteMark::at(m_text, at + 1).isValid();
    const qsizetype open = isPrefixed ? at + 1 : at;
    if (at < m_text.size() && QuoteMark::at(m_text, open).isValid())
        return readQuoted(at, open, place);
    if (place.isLine)
        return readLine(at, place);
    if (unit(at) == u'{' || unit(at) == u'[')
        return readContainer(at, place);
    SecretValue value = readWord(at, place);
    const qsizetype second = skipBlanks(value.next);
    if (second > value.next && isScheme(m_text.sliced(at, value.end - at))) {
        value = readWord(second, place);
        value.begin = at;
    }
    return value;
}

} // namespace andon
