// SPDX-License-Identifier: Apache-2.0
#include "core/audit/query/AuditQuery.h"

#include "core/audit/query/DataSql.h"
#include "core/audit/query/SqlPiece.h"
#include "core/audit/query/TimeCondition.h"

#include <QRegularExpression>

#include <algorithm>

namespace andon {

namespace {

using Term = AuditFilter::Term;
using Field = Term::Field;
using Side = TimeCondition::Side;

/// A lead has one search for each of its values, of which SQLite joins 500.
constexpr qint64 kMostLeads = 200;

QVariantList variants(const QStringList &texts)
{
    return {texts.cbegin(), texts.cend()};
}

QVariantList variants(const QList<ProposalId> &proposals)
{
    QVariantList values;
    for (const ProposalId proposal : proposals)
        values << proposal.value;
    return values;
}

QString lowerAscii(QString text)
{
    for (QChar &c : text) {
        if (c >= u'A' && c <= u'Z')
            c = QChar(c.unicode() + (u'a' - u'A'));
    }
    return text;
}

/// The part of the text without a letter of A to Z that is likely to be in the fewest events: that with most digits,
/// and else the longest.
QString rarestWithoutCase(const QString &text)
{
    static const QRegularExpression letters(QStringLiteral("[A-Za-z]+"));
    const auto digits = [](const QString &part) {
        return std::count_if(part.cbegin(), part.cend(), [](QChar c) { return c.isDigit(); });
    };
    const QStringList parts = text.split(letters);
    return *std::max_element(parts.cbegin(), parts.cend(), [&](const QString &left, const QString &right) {
        return std::pair(digits(left), left.size()) < std::pair(digits(right), right.size());
    });
}

/// Whether PostgreSQL can hold the text; one that it cannot is in no event.
bool isStorable(const QString &text)
{
    return !text.contains(QChar(0)) && text.isValidUtf16();
}

/// The terms without what no event can have: of a term that nothing can match, no value is left.
QList<Term> storable(QList<Term> terms)
{
    for (Term &term : terms) {
        const auto isNot = [](const QString &text) { return !isStorable(text); };
        term.values.removeIf(isNot);
        if (std::any_of(term.path.cbegin(), term.path.cend(), isNot))
            term.conditions.clear();
        term.conditions.removeIf([](const DataCondition &condition) { return !isStorable(condition.text); });
    }
    return terms;
}

/// Compiles terms one by one.
class TermCompiler
{
public:
    TermCompiler(TimestampStyle style, SqlEngine engine)
        : m_style(style)
        , m_engine(engine)
    {
    }

    [[nodiscard]] SqlPiece compile(const Term &term) const
    {
        SqlPiece piece = positive(term);
        // Not NOT: a comparison with NULL is neither true nor false, and such a row is one that does not match.
        if (term.isNegated)
            piece.sql = u'(' + piece.sql + QStringLiteral(") IS NOT TRUE");
        return piece;
    }

private:
    [[nodiscard]] static bool isNever(const Term &term)
    {
        switch (term.field) {
        case Field::Type:
        case Field::Actor:
        case Field::Text:
            return term.values.isEmpty();
        case Field::Data:
            return term.conditions.isEmpty();
        default:
            return false;
        }
    }

    [[nodiscard]] SqlPiece positive(const Term &term) const
    {
        if (isNever(term))
            return {QStringLiteral("1 = 0"), {}};
        switch (term.field) {
        case Field::Type:
            return SqlPiece::oneOf(column(QStringLiteral("event_type")), variants(term.values));
        case Field::Actor:
            return SqlPiece::oneOf(column(QStringLiteral("actor")), variants(term.values));
        case Field::Proposal:
            return numbers(column(QStringLiteral("proposal_id")), term);
        case Field::Id:
            return numbers(column(QStringLiteral("id")), term);
        case Field::Since:
            return TimeCondition::compile(term.moment, {}, m_style, m_engine);
        case Field::Before:
            return TimeCondition::compile({}, term.moment, m_style, m_engine);
        case Field::Time:
            return TimeCondition::compile(term.moment, term.until, m_style, m_engine);
        case Field::Data:
            return DataSql::compile(term.path, term.conditions, m_engine);
        case Field::Text:
            break;
        }
        return anywhere(term.values.value(0));
    }

    [[nodiscard]] QString column(const QString &name) const
    {
        return m_engine == SqlEngine::Sqlite ? u'+' + name : name;
    }

    [[nodiscard]] static SqlPiece numbers(const QString &column, const Term &term)
    {
        QVariantList single = variants(term.proposals);
        QList<SqlPiece> pieces;
        for (const IdRange &range : term.ranges) {
            if (range.low == range.high)
                single << range.low;
            else
                pieces << SqlPiece{column + QStringLiteral(" BETWEEN ? AND ?"), {range.low, range.high}};
        }
        if (!single.isEmpty())
            pieces << SqlPiece::oneOf(column, single);
        return SqlPiece::anyOf(pieces);
    }

    [[nodiscard]] SqlPiece anywhere(const QString &phrase) const
    {
        if (m_engine == SqlEngine::Sqlite)
            return {QStringLiteral("andon_contains(?, event_data, event_type, actor)"), {phrase}};
        // lower() of this collation knows A to Z alone, as ILIKE would with it. It is most of the work, so what has no
        // case is looked for before.
        const QString lower = lowerAscii(phrase);
        const QString caseless = rarestWithoutCase(phrase);
        QList<SqlPiece> columns;
        for (const QString &column :
             {QStringLiteral("event_data"), QStringLiteral("event_type"), QStringLiteral("actor")}) {
            SqlPiece piece;
            if (!caseless.isEmpty())
                piece.also({QStringLiteral("strpos(%1, ?) > 0").arg(column), {caseless}});
            if (caseless != lower || lower.isEmpty())
                piece.also({QStringLiteral("strpos(lower(%1 COLLATE \"C\"), ?) > 0").arg(column), {lower}});
            columns << piece;
        }
        return SqlPiece::anyOf(columns);
    }

    TimestampStyle m_style;
    SqlEngine m_engine;
};

/// The values of a term that an index could lead to, one search each; none where they are too many.
QVariantList leadingValues(const Term &term)
{
    if (term.field != Field::Proposal)
        return variants(term.values);
    QList<ProposalId> proposals = term.proposals;
    for (const IdRange &range : term.ranges) {
        if (range.high - range.low >= kMostLeads - proposals.size())
            return {};
        for (qint64 number = range.low;; ++number) {
            if (!proposals.contains(ProposalId(number))) // a row must not be found twice
                proposals << ProposalId(number);
            if (number == range.high)
                break;
        }
    }
    return variants(proposals);
}

QString leadingColumn(Field field)
{
    switch (field) {
    case Field::Proposal:
        return QStringLiteral("proposal_id");
    case Field::Type:
        return QStringLiteral("event_type");
    default:
        return QStringLiteral("actor");
    }
}

/// The term whose index to follow: few events belong to one proposal, more to one type, most to one actor.
qsizetype leadingTerm(const QList<Term> &terms)
{
    for (const Field field : {Field::Proposal, Field::Type, Field::Actor}) {
        for (qsizetype i = 0; i < terms.size(); ++i) {
            if (terms.at(i).field == field && !terms.at(i).isNegated && !leadingValues(terms.at(i)).isEmpty())
                return i;
        }
    }
    return -1;
}

void narrow(AuditQuery::Times &times, const Term &term)
{
    const bool isTime = term.field == Field::Since || term.field == Field::Before || term.field == Field::Time;
    if (term.isNegated || !isTime)
        return; // what has no readable time matches a negated one too, so the text says nothing
    const QDateTime since = term.field == Field::Before ? QDateTime() : term.moment;
    const QDateTime before = term.field == Field::Before ? term.moment : term.until;
    if (since.isValid()) {
        const QString bound = TimeCondition::textBound(Side::Since, since);
        times.above = times.above.isNull() ? bound : std::max(times.above, bound);
    }
    if (before.isValid()) {
        const QString bound = TimeCondition::textBound(Side::Before, before);
        times.below = times.below.isNull() ? bound : std::min(times.below, bound);
    }
}

/// What is in both; an empty range where nothing is, since no range at all means everything.
QList<IdRange> common(const QList<IdRange> &some, const QList<IdRange> &others)
{
    if (some.isEmpty())
        return others;
    QList<IdRange> both;
    for (const IdRange &a : some) {
        for (const IdRange &b : others) {
            const IdRange range{std::max(a.low, b.low), std::min(a.high, b.high)};
            if (!range.isEmpty())
                both << range;
        }
    }
    return both.isEmpty() ? QList<IdRange>{IdRange()} : both;
}

/// Whether each row that lead, times and ids find matches, its time apart.
bool isSettled(const QList<Term> &terms, bool hasLead)
{
    qsizetype led = 0;
    for (const Term &term : terms) {
        if (term.isNegated || term.field == Field::Text || term.field == Field::Data)
            return false;
        if (term.field == Field::Type || term.field == Field::Proposal || term.field == Field::Actor)
            ++led;
    }
    return led == 0 || (led == 1 && hasLead);
}

} // namespace

AuditQuery AuditQuery::compile(const AuditFilter &filter, TimestampStyle style, SqlEngine engine)
{
    AuditQuery query;
    const QList<Term> terms = engine == SqlEngine::Sqlite ? filter.terms() : storable(filter.terms());
    const TermCompiler compiler(style, engine);
    const qsizetype leading = leadingTerm(terms);
    if (leading >= 0) {
        query.lead.column = leadingColumn(terms.at(leading).field);
        query.lead.values = leadingValues(terms.at(leading));
    }
    SqlPiece all;
    SqlPiece rest;
    // What is cheap to check comes first.
    for (const Field field : {Field::Id, Field::Proposal, Field::Type, Field::Actor, Field::Since, Field::Before,
                              Field::Time, Field::Text, Field::Data}) {
        for (qsizetype i = 0; i < terms.size(); ++i) {
            const Term &term = terms.at(i);
            if (term.field != field)
                continue;
            const SqlPiece piece = compiler.compile(term);
            all.also(piece);
            if (i != leading)
                rest.also(piece);
            narrow(query.times, term);
            if (field == Field::Id && !term.isNegated)
                query.ids = common(query.ids, term.ranges);
        }
    }
    query.condition = all.sql;
    query.values = all.values;
    query.rest = rest.sql;
    query.restValues = rest.values;
    query.isIndexed = isSettled(terms, leading >= 0);
    return query;
}

} // namespace andon
