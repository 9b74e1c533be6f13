// SPDX-License-Identifier: Apache-2.0
#include "core/audit/filter/FilterParser.h"

#include "core/audit/filter/FilterTime.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace andon {

namespace {

using Term = AuditFilter::Term;
using Field = Term::Field;
using Kind = FilterToken::Kind;

const QString kFieldNames = QStringLiteral("type, actor, proposal, id, since, before, time and data");
const QString kNumberAdvice = QStringLiteral("After > >= < <= and at both ends of a range write a number, such as 700 "
                                             "or -1.5.");

std::optional<Field> fieldNamed(QStringView name)
{
    static const std::pair<QStringView, Field> names[] = {
        {u"type", Field::Type},     {u"actor", Field::Actor}, {u"proposal", Field::Proposal}, {u"since", Field::Since},
        {u"before", Field::Before}, {u"id", Field::Id},       {u"time", Field::Time},         {u"data", Field::Data},
    };
    for (const auto &[known, field] : names) {
        if (name.compare(known, Qt::CaseInsensitive) == 0)
            return field;
    }
    return std::nullopt;
}

[[noreturn]] void fail(const QString &sentence, qsizetype position, qsizetype length)
{
    throw FilterError(sentence, position, length);
}

[[noreturn]] void fail(const QString &sentence, const FilterToken &token)
{
    throw FilterError(sentence, token.position, token.length);
}

/// Sorted, and what overlaps or touches made one.
QList<IdRange> merged(QList<IdRange> ranges)
{
    std::sort(ranges.begin(), ranges.end(), [](const IdRange &a, const IdRange &b) { return a.low < b.low; });
    QList<IdRange> whole;
    for (const IdRange &range : std::as_const(ranges)) {
        if (!whole.isEmpty() && range.low - 1 <= whole.constLast().high)
            whole.last().high = std::max(whole.constLast().high, range.high);
        else
            whole << range;
    }
    return whole;
}

qsizetype weightOf(const Term &term)
{
    return std::max(
        {qsizetype(1), term.values.size(), term.proposals.size() + term.ranges.size(), term.conditions.size()});
}

bool hasTime(const Term &term)
{
    return term.field == Field::Since || term.field == Field::Before || term.field == Field::Time;
}

void checkValue(const FilterToken &token)
{
    if (!token.isClosed)
        fail(QStringLiteral("A quote is opened here and not closed. Write another \" at its end."), token);
    const qsizetype quote = token.isQuoted ? -1 : token.text.indexOf(u'"');
    if (quote >= 0)
        fail(QStringLiteral("A quote stands inside a value. Put the whole value in quotes, with \\\" for a quote in "
                            "it."),
             token.position + quote, 1);
}

[[noreturn]] void failAfterQuote(const FilterToken &quoted)
{
    fail(QStringLiteral("A closing quote must be followed by a space, or in a list by a comma."), quoted.position,
         quoted.length + 1);
}

} // namespace

struct FilterParser::Item
{
    std::optional<FilterToken> first; ///< the value, or the lower end of a range
    std::optional<FilterToken> last;  ///< the upper end of a range
    bool isRange = false;
    bool isBroken = false; ///< more dots than a range has
    qsizetype position = 0;
    qsizetype length = 0;
};

void FilterParser::checkWhole() const
{
    if (m_text.size() > kMaxLength)
        fail(QStringLiteral("The filter is longer than %1 characters. Shorten it.").arg(kMaxLength), kMaxLength,
             m_text.size() - kMaxLength);
    const qsizetype nul = m_text.indexOf(QChar(0));
    if (nul >= 0)
        fail(QStringLiteral("The filter contains a NUL character, which cannot be searched for. Remove it."), nul, 1);
}

QList<Term> FilterParser::parse()
{
    checkWhole();
    QList<Term> terms;
    qsizetype count = 0;
    qsizetype times = 0;
    qsizetype position = 0;
    for (;;) {
        const FilterTokens tokens = nextFilterTerm(m_text, position);
        if (tokens.isEmpty())
            return terms;
        const Term term = parseTerm(tokens);
        count += weightOf(term);
        times += hasTime(term) ? 1 : 0;
        if (count > kMaxTerms)
            fail(QStringLiteral("The filter has more than %1 terms, where each value of a list counts as one. "
                                "Remove some.")
                     .arg(kMaxTerms),
                 term.position, term.length);
        if (times > kMaxTimes)
            fail(QStringLiteral("The filter has more than %1 terms with times. Remove some.").arg(kMaxTimes),
                 term.position, term.length);
        terms << term;
    }
}

QString FilterParser::typed(qsizetype position, qsizetype length) const
{
    constexpr qsizetype kShown = 40;
    return m_text.mid(position, std::min(length, kShown));
}

Term FilterParser::parseTerm(const FilterTokens &tokens) const
{
    Term term;
    term.position = tokens.constFirst().position;
    term.length = tokens.constLast().end() - term.position;
    term.isNegated = tokens.constFirst().kind == Kind::Minus;
    const FilterTokens rest = term.isNegated ? tokens.mid(1) : tokens;
    if (rest.isEmpty())
        fail(QStringLiteral("The minus sign excludes the term that follows it, and none does. Put a term right "
                            "after it, or write \"-\" to search for the sign."),
             term.position, 1);
    if (rest.constFirst().kind == Kind::Field)
        parseField(term, rest);
    else
        parsePhrase(term, rest);
    return term;
}

void FilterParser::parsePhrase(Term &term, const FilterTokens &tokens) const
{
    const FilterToken &phrase = tokens.constFirst();
    if (!phrase.isClosed)
        fail(QStringLiteral("A quote is opened here and not closed. Write another \" at its end."), phrase);
    const qsizetype quote = phrase.isQuoted ? -1 : phrase.text.indexOf(u'"');
    if (quote >= 0)
        fail(QStringLiteral("A quote stands inside a word. Put the whole text in quotes, with \\\" for a quote in it."),
             phrase.position + quote, 1);
    if (phrase.text.isEmpty())
        fail(QStringLiteral("There is nothing between the quotes. Write the text to search for."), phrase);
    if (phrase.text.size() > kMaxPhrase)
        fail(QStringLiteral("A text to search for can have %1 characters at most. Shorten it.").arg(kMaxPhrase),
             phrase);
    if (tokens.size() > 1)
        failAfterQuote(phrase);
    term.field = Field::Text;
    term.values = {phrase.text};
}

void FilterParser::parseField(Term &term, const FilterTokens &tokens) const
{
    const FilterToken &name = tokens.constFirst();
    const std::optional<Field> field = fieldNamed(name.text);
    if (!field) {
        const QString what = name.text.isEmpty() ? QStringLiteral("A colon needs a field before it.")
                                                 : QStringLiteral("There is no field \"%1\".").arg(name.text.left(40));
        fail(what
                 + QStringLiteral(" The fields are %1. To search for a text with a colon in it, such as an address, "
                                  "put it in quotes.")
                       .arg(kFieldNames),
             name.position, std::max<qsizetype>(name.length, 1));
    }
    if (*field == Field::Data && !name.isClosed)
        fail(QStringLiteral("A quote is opened here and not closed. Write another \" at its end."), name);
    if (*field == Field::Data && (name.path.isEmpty() || name.path.contains(QString())))
        fail(QStringLiteral("data needs the way to a value, key by key, such as data.region:5 or "
                            "data.target.store:7."),
             name);
    if (tokens.size() < 2 || tokens.at(1).kind != Kind::Operator)
        fail(QStringLiteral("After the way to a value in the data comes : > >= < or <=, such as data.region:5. To "
                            "search for a text, put all of it in quotes."),
             name);
    term.field = *field;
    const QList<Item> items = parseList(tokens);
    switch (*field) {
    case Field::Since:
    case Field::Before:
        readTime(term, items);
        break;
    case Field::Time:
        readTimeRange(term, items);
        break;
    case Field::Proposal:
    case Field::Id:
        readNumbers(term, items);
        break;
    case Field::Data:
        readData(term, name, tokens.at(1).text, items);
        break;
    case Field::Type:
    case Field::Actor:
    case Field::Text:
        for (const Item &item : items) {
            if (!term.values.contains(item.first->text))
                term.values << item.first->text;
        }
    }
}

QList<FilterParser::Item> FilterParser::parseList(const FilterTokens &tokens) const
{
    QList<Item> items;
    for (qsizetype at = 2;; ++at) { // behind the name and its operator
        items << parseItem(tokens, at);
        if (items.size() > kMaxTerms)
            fail(QStringLiteral("A list can have %1 values at most. Remove some.").arg(kMaxTerms),
                 items.constLast().position, items.constLast().length);
        if (at >= tokens.size())
            return items;
    }
}

/// The tokens up to the next comma or the end, to which `at` is moved.
FilterParser::Item FilterParser::parseItem(const FilterTokens &tokens, qsizetype &at) const
{
    Item item;
    item.position = tokens.at(at - 1).end();
    item.length = 0;
    const FilterToken *before = nullptr;
    bool isEmpty = false;
    for (; at < tokens.size() && tokens.at(at).kind != Kind::Comma; ++at) {
        const FilterToken &token = tokens.at(at);
        item.length = token.end() - item.position;
        if (token.kind == Kind::Range) {
            item.isBroken = item.isBroken || item.isRange;
            item.isRange = true;
        } else {
            checkValue(token);
            if (before && before->kind == Kind::Value)
                failAfterQuote(*before);
            isEmpty = isEmpty || token.text.isEmpty();
            (item.isRange ? item.last : item.first) = token;
        }
        before = &token;
    }
    const bool hasNothing = !item.first && !item.last;
    if (isEmpty || hasNothing) {
        const qsizetype start = tokens.constFirst().position;
        const qsizetype end = at < tokens.size() ? tokens.at(at).end() : tokens.constLast().end();
        fail(QStringLiteral("A value is missing. Write one right after the colon, and one after each comma, without "
                            "spaces."),
             start, end - start);
    }
    return item;
}

QDateTime FilterParser::momentOf(const FilterToken &token) const
{
    const std::optional<QDateTime> moment = parseFilterTime(token.text, m_now);
    if (!moment)
        fail(QStringLiteral("\"%1\" is not a time. Write how long ago, such as 90s, 15m, 2h, 3d or 1w, or when, such "
                            "as 2026-01-31 or 2026-01-31T14:03.")
                 .arg(token.text.left(40)),
             token);
    return *moment;
}

void FilterParser::readTime(Term &term, const QList<Item> &items) const
{
    if (items.size() > 1)
        fail(QStringLiteral("since and before take one time, not a list."), items.at(1).position, items.at(1).length);
    term.moment = momentOf(*items.constFirst().first);
}

/// `isRight`: the lower end is not above the upper one.
void FilterParser::checkEnds(bool isRight, const Item &item, const QString &advice) const
{
    if (!isRight)
        fail(
            QStringLiteral("The range \"%1\" ends before it begins. %2").arg(typed(item.position, item.length), advice),
            item.position, item.length);
}

void FilterParser::readTimeRange(Term &term, const QList<Item> &items) const
{
    if (items.size() > 1)
        fail(QStringLiteral("time takes one range, not a list."), items.at(1).position, items.at(1).length);
    const Item &item = items.constFirst();
    if (!item.isRange || item.isBroken)
        fail(QStringLiteral("time takes a range: two times with .. between them, such as time:2h..1h or "
                            "time:2026-01-30..2026-01-31. One of them may be left out."),
             item.position, item.length);
    if (item.first)
        term.moment = momentOf(*item.first);
    if (item.last)
        term.until = momentOf(*item.last);
    checkEnds(!item.first || !item.last || term.moment <= term.until, item,
              QStringLiteral("Write the earlier time first, such as time:2h..1h."));
}

qint64 FilterParser::numberOf(const FilterToken &token, bool isProposal) const
{
    bool isNumber = false;
    const qint64 number = token.text.toLongLong(&isNumber);
    // toLongLong() takes signs and spaces too.
    const bool isPlain = std::all_of(token.text.cbegin(), token.text.cend(),
                                     [](QChar digit) { return digit >= u'0' && digit <= u'9'; });
    if (!isNumber || !isPlain || number < 1)
        fail(QStringLiteral("\"%1\" is not the number of %2. Write it in digits, such as %3:42.")
                 .arg(token.text.left(40), isProposal ? QStringLiteral("a proposal") : QStringLiteral("an event"),
                      isProposal ? QStringLiteral("proposal") : QStringLiteral("id")),
             token);
    return number;
}

void FilterParser::readNumbers(Term &term, const QList<Item> &items) const
{
    const bool isProposal = term.field == Field::Proposal;
    QList<IdRange> ranges;
    for (const Item &item : items) {
        if (item.isBroken)
            fail(QStringLiteral("A range has two numbers with .. between them, such as 100..200. One of them may be "
                                "left out."),
                 item.position, item.length);
        IdRange range{1, std::numeric_limits<qint64>::max()};
        if (item.first)
            range.low = numberOf(*item.first, isProposal);
        if (item.last)
            range.high = numberOf(*item.last, isProposal);
        if (!item.isRange)
            range.high = range.low;
        checkEnds(!range.isEmpty(), item, QStringLiteral("Write the lower number first, such as 100..200."));
        if (item.isRange || !isProposal)
            ranges << range;
        else if (!term.proposals.contains(ProposalId(range.low)))
            term.proposals << ProposalId(range.low);
    }
    term.ranges = merged(ranges);
}

void FilterParser::readData(Term &term, const FilterToken &field, const QString &comparison,
                            const QList<Item> &items) const
{
    if (field.path.size() > kMaxPath)
        fail(QStringLiteral("The way to a value in the data can have %1 keys at most. Shorten it, or search for a "
                            "text.")
                 .arg(kMaxPath),
             field);
    term.path = field.path;
    if (comparison == u":") {
        for (const Item &item : items) {
            const DataCondition condition = readCondition(item);
            if (!term.conditions.contains(condition))
                term.conditions << condition;
        }
        return;
    }
    if (items.size() > 1)
        fail(QStringLiteral("A comparison takes one number, not a list."), items.at(1).position, items.at(1).length);
    const Item &item = items.constFirst();
    const bool isNumber = !item.isRange && !item.first->isQuoted && isJsonNumber(item.first->text);
    if (!isNumber)
        fail(QStringLiteral("\"%1\" is not a number. %2").arg(typed(item.position, item.length), kNumberAdvice),
             item.position, item.length);
    DataCondition condition;
    condition.kind = DataCondition::Kind::Between;
    const bool isLow = comparison.startsWith(u'>');
    (isLow ? condition.low : condition.high) = item.first->text;
    (isLow ? condition.includesLow : condition.includesHigh) = comparison.endsWith(u'=');
    term.conditions << condition;
}

DataCondition FilterParser::readCondition(const Item &item) const
{
    DataCondition condition;
    const QString whole = m_text.mid(item.position, item.length);
    if (!item.isRange) {
        condition.text = item.first->text;
        condition.isQuoted = item.first->isQuoted;
        if (!condition.isQuoted && condition.text == u"*")
            condition = {.kind = DataCondition::Kind::Exists, .text = {}, .low = {}, .high = {}};
        return condition;
    }
    const auto isEnd = [](const std::optional<FilterToken> &end) {
        return end && !end->isQuoted && isJsonNumber(end->text);
    };
    const bool hasNumber = isEnd(item.first) || isEnd(item.last);
    const bool hasQuotes = (item.first && item.first->isQuoted) || (item.last && item.last->isQuoted);
    const bool isRange = !item.isBroken && (!item.first || isEnd(item.first)) && (!item.last || isEnd(item.last));
    if (!isRange && (hasNumber || hasQuotes))
        fail(QStringLiteral("\"%1\" is not a range of numbers. %2 To look for a text with two dots in it, put it in "
                            "quotes.")
                 .arg(typed(item.position, item.length), kNumberAdvice),
             item.position, item.length);
    if (!isRange) {
        condition.text = whole; // such as ../log
        return condition;
    }
    condition.kind = DataCondition::Kind::Between;
    if (item.first)
        condition.low = item.first->text;
    if (item.last)
        condition.high = item.last->text;
    checkEnds(!item.first || !item.last || condition.low.toDouble() <= condition.high.toDouble(), item,
              QStringLiteral("Write the lower number first, such as 700..800."));
    return condition;
}

} // namespace andon
