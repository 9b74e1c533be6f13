// SPDX-License-Identifier: Apache-2.0
#include "core/audit/filter/FilterCompletion.h"

#include "core/audit/filter/FilterTokens.h"

#include <algorithm>
#include <iterator>

namespace andon {

namespace {

using Kind = FilterToken::Kind;

constexpr qsizetype kMostEntries = 100;
/// More is not typed by hand, and a filter as long cannot be read either.
constexpr qsizetype kLongestText = 64 * 1024;

struct Word
{
    QString text;
    QString description;
};

QList<Word> fields()
{
    return {
        {QStringLiteral("type:"), QStringLiteral("what happened")},
        {QStringLiteral("actor:"), QStringLiteral("who caused it")},
        {QStringLiteral("proposal:"), QStringLiteral("the action's number, or a range")},
        {QStringLiteral("id:"), QStringLiteral("the event's number, or a range")},
        {QStringLiteral("since:"), QStringLiteral("at that time or later")},
        {QStringLiteral("before:"), QStringLiteral("earlier than that time")},
        {QStringLiteral("time:"), QStringLiteral("from one time to another")},
        {QStringLiteral("data."), QStringLiteral("a value in the data")},
    };
}

QList<Word> times()
{
    return {
        {QStringLiteral("15m"), QStringLiteral("15 minutes ago")},
        {QStringLiteral("1h"), QStringLiteral("an hour ago")},
        {QStringLiteral("24h"), QStringLiteral("24 hours ago")},
        {QStringLiteral("7d"), QStringLiteral("7 days ago")},
        {QStringLiteral("4w"), QStringLiteral("4 weeks ago")},
    };
}

bool isBare(const QString &value)
{
    return std::all_of(value.cbegin(), value.cend(),
                       [](QChar c) { return !c.isSpace() && c != u',' && c != u'"' && c.isPrint(); });
}

QList<Word> valuesOf(const QStringList &values)
{
    QList<Word> words;
    for (const QString &value : values) {
        if (!value.isEmpty() && !value.contains(QChar(0)))
            words << Word{isBare(value) ? value : quotedForFilter(value), {}};
    }
    return words;
}

QList<Word> writtenWords(const QStringList &written, const QString &prefix = {}, const QString &description = {})
{
    QList<Word> words;
    for (const QString &text : written)
        words << Word{prefix + text, description};
    return words;
}

/// What a word is compared by: without the quote it may begin with.
QStringView plain(QStringView text)
{
    return text.startsWith(u'"') ? text.sliced(1) : text;
}

/// Those that begin with what is typed, then those in which a part does.
void fill(FilterCompletion &completion, const QList<Word> &words, QStringView typed)
{
    const QStringView wanted = plain(typed);
    const auto add = [&completion](const Word &word) {
        if (completion.entries.size() >= kMostEntries || completion.entries.contains(word.text))
            return;
        completion.entries << word.text;
        completion.descriptions << word.description;
    };
    for (const Word &word : words) {
        if (plain(word.text).startsWith(wanted, Qt::CaseInsensitive))
            add(word);
    }
    for (const Word &word : words) {
        const qsizetype place = plain(word.text).indexOf(wanted, 1, Qt::CaseInsensitive);
        if (!wanted.isEmpty() && place > 0 && !plain(word.text).at(place - 1).isLetterOrNumber())
            add(word);
    }
    // What stands there already needs no proposal.
    if (completion.entries.size() == 1 && completion.entries.constFirst() == typed
        && completion.length == typed.size()) {
        completion.entries.clear();
        completion.descriptions.clear();
    }
}

/// The term that the cursor is in or at the end of; empty where it is between terms.
FilterTokens termAt(const QString &text, qsizetype cursor)
{
    qsizetype position = 0;
    for (;;) {
        FilterTokens tokens = nextFilterTerm(text, position);
        if (tokens.isEmpty() || tokens.constFirst().position >= cursor)
            return {};
        if (tokens.constLast().end() >= cursor)
            return tokens;
    }
}

QList<Word> wordsFor(const QString &text, const FilterToken &field, const AuditVocabulary &vocabulary)
{
    const auto is = [&field](QStringView name) { return field.text.compare(name, Qt::CaseInsensitive) == 0; };
    if (is(u"type"))
        return valuesOf(vocabulary.types);
    if (is(u"actor"))
        return valuesOf(vocabulary.actors);
    if (is(u"since") || is(u"before") || is(u"time"))
        return times();
    if (!is(u"data") || field.path.isEmpty())
        return {};
    QString path = filterPath(field.path).mid(1);
    if (!vocabulary.dataValues.contains(path)) // as it was typed, quotes and all
        path = text.mid(field.position, field.length).section(u'.', 1);
    return writtenWords(vocabulary.dataValues.value(path));
}

/// In a value, in front of one, or at its end.
void completeValue(FilterCompletion &completion, const QString &text, qsizetype cursor, const FilterTokens &tokens,
                   const FilterToken &field, const AuditVocabulary &vocabulary)
{
    completion.position = cursor;
    for (const FilterToken &token : tokens) {
        const bool holdsCursor = token.position < cursor && cursor <= token.end();
        const bool cutsDots = token.kind == Kind::Range && token.position < cursor && cursor < token.end();
        if (cutsDots || (token.kind == Kind::Value && token.position == cursor))
            return; // it would melt with what stands there
        const bool isBehindQuote = token.isQuoted && token.isClosed && cursor == token.end();
        if (token.kind != Kind::Value || !holdsCursor)
            continue;
        if (isBehindQuote)
            return;
        completion.position = token.position;
        completion.length = token.isClosed ? token.length : cursor - token.position;
    }
    fill(completion, wordsFor(text, field, vocabulary),
         QStringView(text).sliced(completion.position, cursor - completion.position));
}

} // namespace

QString FilterCompletion::applied(const QString &text, qsizetype entry) const
{
    return text.left(position) + entries.at(entry) + text.mid(position + length);
}

FilterCompletion FilterCompletion::at(const QString &text, qsizetype cursor, const AuditVocabulary &vocabulary)
{
    FilterCompletion completion;
    cursor = std::clamp<qsizetype>(cursor, 0, text.size());
    completion.position = cursor;
    if (text.size() > kLongestText)
        return completion;
    const FilterTokens tokens = termAt(text, cursor);
    if (tokens.isEmpty() && cursor < text.size() && !text.at(cursor).isSpace())
        return completion; // it would melt with the term that begins here
    const auto isOperator = [](const FilterToken &token) { return token.kind == Kind::Operator; };
    const auto found = std::find_if(tokens.cbegin(), tokens.cend(), isOperator);
    if (found != tokens.cend() && found->end() <= cursor) {
        completeValue(completion, text, cursor, tokens, *std::prev(found), vocabulary);
        return completion;
    }
    qsizetype start = tokens.isEmpty() ? cursor : tokens.constFirst().position;
    if (!tokens.isEmpty() && tokens.constFirst().kind == Kind::Minus)
        ++start;
    const QStringView typed = QStringView(text).sliced(start, cursor - start);
    if (typed.startsWith(u'"'))
        return completion;
    // The name, and the operator behind it: an entry has one, too.
    completion.position = start;
    completion.length = tokens.isEmpty() ? 0 : tokens.constLast().end() - start;
    if (found != tokens.cend())
        completion.length = found->end() - start;
    QList<Word> words = fields();
    if (typed.startsWith(u"data", Qt::CaseInsensitive)) {
        for (const QString &path : vocabulary.dataPaths)
            words << Word{QStringLiteral("data.") + path + u':', {}};
    }
    fill(completion, words, typed);
    return completion;
}

} // namespace andon
