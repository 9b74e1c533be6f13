// SPDX-License-Identifier: Apache-2.0
#include "core/audit/AuditFilter.h"

#include "core/audit/FilterTime.h"

#include <algorithm>

namespace andon {

namespace {

using Term = AuditFilter::Term;
using Field = Term::Field;

constexpr qsizetype kMaxLength = 64 * 1024;
constexpr qsizetype kMaxTerms = 200;
/// SQLite refuses a LIKE pattern of more than 50,000 bytes; a character takes up to three.
constexpr qsizetype kMaxPhrase = 16 * 1024;

const QString kFieldNames = QStringLiteral("type, actor, proposal, since and before");

std::optional<Field> fieldNamed(QStringView name)
{
    static const std::pair<QStringView, Field> names[] = {
        {u"type", Field::Type},   {u"actor", Field::Actor},   {u"proposal", Field::Proposal},
        {u"since", Field::Since}, {u"before", Field::Before},
    };
    for (const auto &[known, field] : names) {
        if (name.compare(known, Qt::CaseInsensitive) == 0)
            return field;
    }
    return std::nullopt;
}

/// One value as it was typed, with its quotes and escapes resolved.
struct Value
{
    QString text;
    qsizetype position = 0;
    qsizetype length = 0;
};

/// Reads a filter from left to right; `m_at` is the next character.
class Parser
{
public:
    Parser(const QString &text, const QDateTime &now)
        : m_text(text)
        , m_now(now)
    {
    }

    QList<Term> parse();

private:
    Term parseTerm();
    void parseField(Term &term, QStringView name, qsizetype namePosition);
    void parsePhrase(Term &term);
    QList<Value> parseList(qsizetype namePosition);
    Value parseValue(qsizetype namePosition);
    Value parseQuoted();
    void readTime(Term &term, const QList<Value> &values) const;
    void readProposals(Term &term, const QList<Value> &values) const;
    void checkWhole() const;
    void expectEnd(const Value &last) const;
    qsizetype endOfWord() const;

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] bool atSpace() const { return atEnd() || m_text.at(m_at).isSpace(); }
    [[nodiscard]] bool at(QChar character) const { return !atEnd() && m_text.at(m_at) == character; }

    [[noreturn]] static void fail(const QString &sentence, qsizetype position, qsizetype length)
    {
        throw FilterError(sentence, position, length);
    }

    const QString &m_text;
    const QDateTime &m_now;
    qsizetype m_at = 0;
};

void Parser::checkWhole() const
{
    if (m_text.size() > kMaxLength)
        fail(QStringLiteral("The filter is longer than %1 characters. Shorten it.").arg(kMaxLength), kMaxLength,
             m_text.size() - kMaxLength);
    const qsizetype nul = m_text.indexOf(QChar(0));
    if (nul >= 0)
        fail(QStringLiteral("The filter contains a NUL character, which cannot be searched for. Remove it."), nul, 1);
}

QList<Term> Parser::parse()
{
    checkWhole();
    QList<Term> terms;
    qsizetype count = 0;
    for (;;) {
        while (!atEnd() && atSpace())
            ++m_at;
        if (atEnd())
            return terms;
        const Term term = parseTerm();
        count += std::max({qsizetype(1), term.values.size(), term.proposals.size()});
        if (count > kMaxTerms)
            fail(QStringLiteral("The filter has more than %1 terms, where each value of a list counts as one. "
                                "Remove some.")
                     .arg(kMaxTerms),
                 term.position, term.length);
        terms << term;
    }
}

Term Parser::parseTerm()
{
    Term term;
    term.position = m_at;
    if (at(u'-')) {
        term.isNegated = true;
        ++m_at;
        if (atSpace())
            fail(QStringLiteral("The minus sign excludes the term that follows it, and none does. Put a term right "
                                "after it, or write \"-\" to search for the sign."),
                 term.position, 1);
    }
    const qsizetype start = m_at;
    const qsizetype end = endOfWord();
    const QStringView word = QStringView(m_text).sliced(start, end - start);
    const qsizetype colon = word.indexOf(u':');
    const qsizetype quote = word.indexOf(u'"');
    if (colon >= 0 && (quote < 0 || colon < quote)) {
        m_at = start + colon + 1;
        parseField(term, word.first(colon), start);
    } else {
        parsePhrase(term);
    }
    term.length = m_at - term.position;
    return term;
}

void Parser::parsePhrase(Term &term)
{
    const qsizetype start = m_at;
    Value value;
    if (at(u'"')) {
        value = parseQuoted();
    } else {
        m_at = endOfWord();
        value = {m_text.sliced(start, m_at - start), start, m_at - start};
        const qsizetype quote = value.text.indexOf(u'"');
        if (quote >= 0)
            fail(QStringLiteral("A quote stands inside a word. Put the whole text in quotes, with \\\" for a quote "
                                "in it."),
                 start + quote, 1);
    }
    if (value.text.isEmpty())
        fail(QStringLiteral("There is nothing between the quotes. Write the text to search for."), value.position,
             value.length);
    if (value.text.size() > kMaxPhrase)
        fail(QStringLiteral("A text to search for can have %1 characters at most. Shorten it.").arg(kMaxPhrase),
             value.position, value.length);
    expectEnd(value);
    term.field = Field::Text;
    term.values = {value.text};
}

void Parser::parseField(Term &term, QStringView name, qsizetype namePosition)
{
    const std::optional<Field> field = fieldNamed(name);
    if (!field) {
        const QString what = name.isEmpty() ? QStringLiteral("A colon needs a field before it.")
                                            : QStringLiteral("There is no field \"%1\".").arg(name.left(40));
        fail(what
                 + QStringLiteral(" The fields are %1. To search for a text with a colon in it, such as an address, "
                                  "put it in quotes.")
                       .arg(kFieldNames),
             namePosition, std::max<qsizetype>(name.size(), 1));
    }
    term.field = *field;
    const QList<Value> values = parseList(namePosition);
    switch (*field) {
    case Field::Since:
    case Field::Before:
        readTime(term, values);
        break;
    case Field::Proposal:
        readProposals(term, values);
        break;
    default:
        for (const Value &value : values) {
            if (!term.values.contains(value.text))
                term.values << value.text;
        }
    }
}

QList<Value> Parser::parseList(qsizetype namePosition)
{
    QList<Value> values;
    for (;;) {
        values << parseValue(namePosition);
        if (values.size() > kMaxTerms)
            fail(QStringLiteral("A list can have %1 values at most. Remove some.").arg(kMaxTerms),
                 values.constLast().position, values.constLast().length);
        if (!at(u','))
            break;
        ++m_at;
    }
    expectEnd(values.constLast());
    return values;
}

Value Parser::parseValue(qsizetype namePosition)
{
    Value value;
    if (at(u'"')) {
        value = parseQuoted();
    } else {
        value.position = m_at;
        while (!atSpace() && !at(u',')) {
            if (at(u'"'))
                fail(QStringLiteral("A quote stands inside a value. Put the whole value in quotes, with \\\" for a "
                                    "quote in it."),
                     m_at, 1);
            ++m_at;
        }
        value.length = m_at - value.position;
        value.text = m_text.sliced(value.position, value.length);
    }
    if (value.text.isEmpty()) {
        const qsizetype end = std::min(m_at + (at(u',') ? 1 : 0), m_text.size());
        fail(QStringLiteral("A value is missing. Write one right after the colon, and one after each comma, without "
                            "spaces."),
             namePosition, end - namePosition);
    }
    return value;
}

/// From one quote to the next. A backslash makes a quote or a backslash plain; before anything else it
/// stands for itself, so that a path or a piece of JSON can be pasted.
Value Parser::parseQuoted()
{
    Value value;
    value.position = m_at;
    ++m_at;
    while (!at(u'"')) {
        if (atEnd())
            fail(QStringLiteral("A quote is opened here and not closed. Write another \" at its end."), value.position,
                 m_text.size() - value.position);
        if (at(u'\\') && m_at + 1 < m_text.size() && (m_text.at(m_at + 1) == u'"' || m_text.at(m_at + 1) == u'\\'))
            ++m_at;
        value.text += m_text.at(m_at);
        ++m_at;
    }
    ++m_at;
    value.length = m_at - value.position;
    return value;
}

void Parser::readTime(Term &term, const QList<Value> &values) const
{
    if (values.size() > 1)
        fail(QStringLiteral("since and before take one time, not a list."), values.at(1).position, values.at(1).length);
    const Value &value = values.constFirst();
    const std::optional<QDateTime> moment = parseFilterTime(value.text, m_now);
    if (!moment)
        fail(QStringLiteral("\"%1\" is not a time. Write how long ago, such as 90s, 15m, 2h, 3d or 1w, or when, such "
                            "as 2026-01-31 or 2026-01-31T14:03.")
                 .arg(value.text.left(40)),
             value.position, value.length);
    term.moment = *moment;
}

void Parser::readProposals(Term &term, const QList<Value> &values) const
{
    for (const Value &value : values) {
        bool isNumber = false;
        const qint64 number = value.text.toLongLong(&isNumber);
        // toLongLong() takes signs and spaces too.
        const bool isPlain = std::all_of(value.text.cbegin(), value.text.cend(),
                                         [](QChar digit) { return digit >= u'0' && digit <= u'9'; });
        if (!isNumber || !isPlain || number < 1)
            fail(QStringLiteral("\"%1\" is not the number of a proposal. Write it in digits, such as proposal:42.")
                     .arg(value.text.left(40)),
                 value.position, value.length);
        if (!term.proposals.contains(ProposalId(number)))
            term.proposals << ProposalId(number);
    }
}

void Parser::expectEnd(const Value &last) const
{
    if (!atSpace())
        fail(QStringLiteral("A closing quote must be followed by a space, or in a list by a comma."), last.position,
             m_at + 1 - last.position);
}

qsizetype Parser::endOfWord() const
{
    qsizetype end = m_at;
    while (end < m_text.size() && !m_text.at(end).isSpace())
        ++end;
    return end;
}

} // namespace

AuditFilter AuditFilter::parse(const QString &text, const QDateTime &now)
{
    AuditFilter filter;
    filter.m_text = text;
    filter.m_terms = Parser(text, now).parse();
    return filter;
}

} // namespace andon
