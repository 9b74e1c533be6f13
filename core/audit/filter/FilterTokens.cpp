// SPDX-License-Identifier: Apache-2.0
#include "core/audit/filter/FilterTokens.h"

#include <algorithm>
#include <utility>

namespace andon {

namespace {

using Kind = FilterToken::Kind;

constexpr QStringView kDataField = u"data.";

bool isOperator(QChar character)
{
    return character == u':' || character == u'<' || character == u'>';
}

/// Which fields take ranges; in the others two dots are a part of the value.
bool takesRanges(QStringView name)
{
    constexpr QStringView kRanged[] = {u"id", u"proposal", u"time", u"data"};
    return std::any_of(std::begin(kRanged), std::end(kRanged),
                       [name](QStringView known) { return name.compare(known, Qt::CaseInsensitive) == 0; });
}

/// Reads one term from left to right; `m_at` is the next character.
class Tokenizer
{
public:
    Tokenizer(QStringView text, qsizetype at)
        : m_text(text)
        , m_at(at)
    {
    }

    FilterTokens readTerm();
    [[nodiscard]] qsizetype at() const { return m_at; }

private:
    bool readDataPath();
    void readOperator();
    void readValues(bool hasRanges);
    void readQuoted(Kind kind);
    void add(Kind kind, qsizetype position);
    [[nodiscard]] qsizetype endOfWord() const;
    [[nodiscard]] qsizetype endOfQuoted(QString &text, bool &isClosed) const;

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] bool atSpace() const { return atEnd() || m_text.at(m_at).isSpace(); }
    [[nodiscard]] bool at(QChar character) const { return !atEnd() && m_text.at(m_at) == character; }
    [[nodiscard]] bool atDots() const { return m_text.sliced(m_at).startsWith(u".."); }

    QStringView m_text;
    qsizetype m_at;
    FilterTokens m_tokens;
};

void Tokenizer::add(Kind kind, qsizetype position)
{
    FilterToken token;
    token.kind = kind;
    token.position = position;
    token.length = m_at - position;
    token.text = m_text.sliced(position, token.length).toString();
    m_tokens << token;
}

qsizetype Tokenizer::endOfWord() const
{
    const auto *end = std::find_if(m_text.cbegin() + m_at, m_text.cend(), [](QChar c) { return c.isSpace(); });
    return end - m_text.cbegin();
}

/// From one quote to behind the next. A backslash makes a quote or a backslash plain; before anything else
/// it stands for itself, so that a path or a piece of JSON can be pasted.
qsizetype Tokenizer::endOfQuoted(QString &text, bool &isClosed) const
{
    isClosed = false;
    qsizetype at = m_at + 1;
    for (; at < m_text.size(); ++at) {
        if (m_text.at(at) == u'"') {
            isClosed = true;
            return at + 1;
        }
        const bool isEscape = m_text.at(at) == u'\\' && at + 1 < m_text.size()
            && (m_text.at(at + 1) == u'"' || m_text.at(at + 1) == u'\\');
        if (isEscape)
            ++at;
        text += m_text.at(at);
    }
    return at;
}

void Tokenizer::readQuoted(Kind kind)
{
    FilterToken token;
    token.kind = kind;
    token.position = m_at;
    token.isQuoted = true;
    m_at = endOfQuoted(token.text, token.isClosed);
    token.length = m_at - token.position;
    m_tokens << token;
}

FilterTokens Tokenizer::readTerm()
{
    if (at(u'-')) {
        ++m_at;
        add(Kind::Minus, m_at - 1);
    }
    if (atSpace())
        return m_tokens;
    if (at(u'"')) {
        readQuoted(Kind::Text);
        if (!atSpace()) {
            const qsizetype start = m_at;
            m_at = endOfWord();
            add(Kind::Text, start);
        }
        return m_tokens;
    }
    const qsizetype start = m_at;
    if (readDataPath()) {
        readOperator();
        readValues(true);
        return m_tokens;
    }
    const qsizetype end = endOfWord();
    const QStringView word = m_text.sliced(start, end - start);
    const qsizetype colon = word.indexOf(u':');
    const qsizetype quote = word.indexOf(u'"');
    if (colon < 0 || (quote >= 0 && quote < colon)) {
        m_at = end;
        add(Kind::Text, start);
        return m_tokens;
    }
    m_at = start + colon;
    add(Kind::Field, start);
    readOperator();
    readValues(takesRanges(word.first(colon)));
    return m_tokens;
}

/// `data` and a path, but only where an operator follows it, or where the path has quotes: without, it is a
/// word to search for.
bool Tokenizer::readDataPath()
{
    if (!m_text.sliced(m_at).startsWith(kDataField, Qt::CaseInsensitive))
        return false;
    const qsizetype start = m_at;
    FilterToken token;
    token.kind = Kind::Field;
    token.position = start;
    token.text = QStringLiteral("data");
    m_at += kDataField.size();
    for (;;) {
        QString segment;
        if (at(u'"')) {
            token.isQuoted = true;
            m_at = endOfQuoted(segment, token.isClosed);
        } else {
            const qsizetype from = m_at;
            while (!atSpace() && !at(u'.') && !at(u'"') && !isOperator(m_text.at(m_at)))
                ++m_at;
            segment = m_text.sliced(from, m_at - from).toString();
        }
        token.path << segment;
        if (!at(u'.'))
            break;
        ++m_at;
    }
    if (!token.isQuoted && (atSpace() || !isOperator(m_text.at(m_at)))) {
        m_at = start;
        return false;
    }
    token.length = m_at - start;
    m_tokens << token;
    return true;
}

void Tokenizer::readOperator()
{
    if (atSpace() || !isOperator(m_text.at(m_at)))
        return;
    const qsizetype start = m_at;
    const bool isComparison = !at(u':');
    ++m_at;
    if (isComparison && at(u'='))
        ++m_at;
    add(Kind::Operator, start);
}

void Tokenizer::readValues(bool hasRanges)
{
    while (!atSpace()) {
        if (at(u',')) {
            ++m_at;
            add(Kind::Comma, m_at - 1);
        } else if (at(u'"')) {
            readQuoted(Kind::Value);
        } else if (hasRanges && atDots()) {
            m_at += 2;
            add(Kind::Range, m_at - 2);
        } else {
            const qsizetype start = m_at;
            while (!atSpace() && !at(u',') && !(hasRanges && atDots()))
                ++m_at;
            add(Kind::Value, start);
        }
    }
}

/// Whether a segment of a path can stand without quotes.
bool isPlainSegment(const QString &segment)
{
    return !segment.isEmpty() && std::none_of(segment.cbegin(), segment.cend(), [](QChar c) {
        return c.isSpace() || c == u'.' || c == u'"' || isOperator(c);
    });
}

} // namespace

FilterTokens nextFilterTerm(QStringView text, qsizetype &position)
{
    while (position < text.size() && text.at(position).isSpace())
        ++position;
    if (position >= text.size())
        return {};
    Tokenizer tokenizer(text, position);
    FilterTokens tokens = tokenizer.readTerm();
    position = tokenizer.at();
    return tokens;
}

QList<FilterTokens> tokenizeFilter(QStringView text)
{
    QList<FilterTokens> terms;
    qsizetype position = 0;
    for (FilterTokens tokens = nextFilterTerm(text, position); !tokens.isEmpty();
         tokens = nextFilterTerm(text, position))
        terms << std::exchange(tokens, {});
    return terms;
}

QString quotedForFilter(const QString &text)
{
    QString quoted = text;
    quoted.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    return u'"' + quoted + u'"';
}

QString filterPath(const QStringList &segments)
{
    QString path;
    for (const QString &segment : segments)
        path += u'.' + (isPlainSegment(segment) ? segment : quotedForFilter(segment));
    return path;
}

} // namespace andon
