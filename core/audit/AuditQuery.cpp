// SPDX-License-Identifier: Apache-2.0
#include "core/audit/AuditQuery.h"

#include <QStringList>

namespace andon {

namespace {

using Term = AuditFilter::Term;
using Field = Term::Field;

/// A condition on one row and the values that it binds.
struct Piece
{
    QString sql;
    QVariantList values;
};

QString placeholders(qsizetype count)
{
    return QStringList(count, QStringLiteral("?")).join(QStringLiteral(", "));
}

Piece oneOf(const QString &column, const QVariantList &values)
{
    if (values.size() == 1)
        return {u'+' + column + QStringLiteral(" = ?"), values};
    return {u'+' + column + QStringLiteral(" IN (") + placeholders(values.size()) + u')', values};
}

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

Piece anywhere(QString phrase)
{
    phrase.replace(u'\\', QStringLiteral("\\\\"));
    phrase.replace(u'%', QStringLiteral("\\%"));
    phrase.replace(u'_', QStringLiteral("\\_"));
    const QString pattern = u'%' + phrase + u'%';
    // The cast, because SQLite may be built so that LIKE never matches bytes.
    return {QStringLiteral(R"((CAST(event_data AS TEXT) LIKE ? ESCAPE '\' OR event_type LIKE ? ESCAPE '\' )"
                           R"(OR actor LIKE ? ESCAPE '\'))"),
            {pattern, pattern, pattern}};
}

/// The stored time in milliseconds, of UTC where it has an offset and of its own clock where it has none.
///
/// SQLite reads the whole seconds. The fraction is read apart, because versions of SQLite differ in how
/// they round it, and offsets without a colon or without minutes are completed, which SQLite would not read.
QString momentSql()
{
    const QString isFraction = QStringLiteral("substr(timestamp, 20, 1) IN ('.', ',')");
    const QString whole = QStringLiteral("CASE WHEN %1 THEN substr(timestamp, 1, 19) || "
                                         "ltrim(substr(timestamp, 21), '0123456789') ELSE timestamp END")
                              .arg(isFraction);
    const QString readable = QStringLiteral(
                                 "CASE WHEN (%1) GLOB '*[-+][0-9][0-9][0-9][0-9]' "
                                 "THEN substr((%1), 1, length(%1) - 2) || ':' || substr((%1), -2) "
                                 "WHEN (%1) GLOB '*:[0-9][0-9][-+][0-9][0-9]' THEN (%1) || ':00' ELSE (%1) END")
                                 .arg(whole);
    return QStringLiteral("CAST(strftime('%s', %1) AS INTEGER) * 1000 + CASE WHEN %2 "
                          "THEN CAST(round(CAST('0.' || substr(timestamp, 21) AS REAL) * 1000) AS INTEGER) ELSE 0 END")
        .arg(readable, isFraction);
}

/// Keeps out what SQLite would take for a time and `parseTimestamp` does not: 'now', a bare number, the
/// 30th of February (which a modifier turns into a day of March), a space before the offset.
const QString kIsTime = QStringLiteral("timestamp GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' "
                                       "AND trim(substr(timestamp, 12)) NOT GLOB '* *' "
                                       "AND (substr(timestamp, 9, 2) < '29' "
                                       "OR date(substr(timestamp, 1, 10), '+0 days') = substr(timestamp, 1, 10))");
const QString kHasOffset = QStringLiteral("substr(timestamp, 11) GLOB '*[-+Zz]*'");

/// Decides most rows by their text, several times faster than SQLite can read a time: those in UTC and
/// those without an offset that are not within a second of the bound. NULL for any other row.
QString quickVerdictSql(bool isSince)
{
    const QString isClock = QStringLiteral("timestamp GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-2][0-9][T ]"
                                           "[0-2][0-9]:[0-5][0-9]:[0-5][0-9]*' "
                                           "AND substr(timestamp, 6, 2) BETWEEN '01' AND '12' "
                                           "AND substr(timestamp, 9, 2) BETWEEN '01' AND '28' "
                                           "AND substr(timestamp, 12, 2) < '24'");
    const QString clock = QStringLiteral("substr(timestamp, 1, 10) || 'T' || substr(timestamp, 12, 8)");
    const QString compare = QStringLiteral("CASE WHEN %1 < ? THEN %2 WHEN %1 > ? THEN %3 END")
                                .arg(clock, isSince ? u"0" : u"1", isSince ? u"1" : u"0");
    return QStringLiteral("CASE WHEN %1 THEN CASE ltrim(substr(timestamp, 20), '.0123456789') "
                          "WHEN '+00:00' THEN %2 WHEN '' THEN %2 END END")
        .arg(isClock, compare);
}

/// The earliest reading of a local clock that stands for `moment` or later.
///
/// Found by the same reading of local times that shows them (`parseTimestamp`), so that in the hour that
/// a clock shows twice the filter and the table agree.
qint64 localClockMs(const QDateTime &moment)
{
    constexpr qint64 kDayMs = 24 * 60 * 60 * 1000;
    const auto isBefore = [&moment](qint64 clockMs) {
        const QDateTime clock = QDateTime::fromMSecsSinceEpoch(clockMs, Qt::UTC);
        return QDateTime(clock.date(), clock.time(), Qt::LocalTime) < moment;
    };
    qint64 low = moment.toMSecsSinceEpoch() - kDayMs;
    qint64 high = moment.toMSecsSinceEpoch() + kDayMs;
    while (low < high) {
        const qint64 middle = low + (high - low) / 2;
        if (isBefore(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// `moment` in UTC, written so that it compares as text with every other; beyond the calendar, a text
/// below or above all.
QString sortable(const QDateTime &moment, const QString &format)
{
    const QDateTime utc = moment.toUTC();
    if (utc.date().year() > 9999)
        return QStringLiteral(":"); // the character after 9
    if (utc.date().year() < 1)
        return QStringLiteral("0");
    return utc.toString(format);
}

/// No offset is over 14 hours, so a text further than that from the bound need not be read as a time. A
/// space sorts below every T, so with one each bound errs on the safe side, whichever divides date and time.
QString textBound(const Term &term)
{
    constexpr qint64 kFarSeconds = 15 * 60 * 60;
    if (term.field == Field::Since)
        return sortable(term.moment.addSecs(-kFarSeconds), QStringLiteral("yyyy-MM-dd HH:mm"));
    return sortable(term.moment.addSecs(kFarSeconds), QStringLiteral("yyyy-MM-ddTHH:mm"));
}

Piece inTime(const Term &term, TimestampStyle style)
{
    const bool isSince = term.field == Field::Since;
    const QString comparison = isSince ? QStringLiteral(">=") : QStringLiteral("<");
    const qint64 momentMs = term.moment.toMSecsSinceEpoch();
    const qint64 naiveMs = style == TimestampStyle::NaiveLocal ? localClockMs(term.moment) : momentMs;
    const QDateTime naive = QDateTime::fromMSecsSinceEpoch(naiveMs, Qt::UTC);
    const QString format = QStringLiteral("yyyy-MM-ddTHH:mm:ss");
    static const QString momentOfRow = momentSql();
    return {QStringLiteral("(+timestamp ") + comparison + QStringLiteral(" ? AND coalesce(") + quickVerdictSql(isSince)
                + QStringLiteral(", ") + kIsTime + QStringLiteral(" AND ") + momentOfRow + u' ' + comparison
                + QStringLiteral(" CASE WHEN ") + kHasOffset + QStringLiteral(" THEN ? ELSE ? END))"),
            // A second less, because a fraction such as .9996 rounds up to the next one.
            {textBound(term), sortable(term.moment.addSecs(-1), format), sortable(term.moment, format),
             sortable(naive.addSecs(-1), format), sortable(naive, format), momentMs, naiveMs}};
}

Piece compileTerm(const Term &term, TimestampStyle style)
{
    Piece piece;
    switch (term.field) {
    case Field::Type:
        piece = oneOf(QStringLiteral("event_type"), variants(term.values));
        break;
    case Field::Actor:
        piece = oneOf(QStringLiteral("actor"), variants(term.values));
        break;
    case Field::Proposal:
        piece = oneOf(QStringLiteral("proposal_id"), variants(term.proposals));
        break;
    case Field::Since:
    case Field::Before:
        piece = inTime(term, style);
        break;
    case Field::Text:
        piece = anywhere(term.values.value(0));
        break;
    }
    // Not NOT: a comparison with NULL is neither true nor false, and such a row is one that does not match.
    if (term.isNegated)
        piece.sql = u'(' + piece.sql + QStringLiteral(") IS NOT TRUE");
    return piece;
}

/// The term whose index to follow: few events belong to one proposal, more to one type.
qsizetype leadingTerm(const QList<Term> &terms)
{
    for (const Field field : {Field::Proposal, Field::Type}) {
        for (qsizetype i = 0; i < terms.size(); ++i) {
            if (terms.at(i).field == field && !terms.at(i).isNegated)
                return i;
        }
    }
    return -1;
}

void append(QString &condition, QVariantList &values, const Piece &piece)
{
    if (!condition.isEmpty())
        condition += QStringLiteral(" AND ");
    condition += piece.sql;
    values += piece.values;
}

void narrow(AuditQuery::Times &times, const Term &term, const Piece &piece)
{
    if (term.isNegated || (term.field != Field::Since && term.field != Field::Before))
        return; // what has no readable time matches a negated one too, so the text says nothing
    const QString bound = textBound(term);
    if (term.field == Field::Since && (times.above.isNull() || bound > times.above))
        times.above = bound;
    if (term.field == Field::Before && (times.below.isNull() || bound < times.below))
        times.below = bound;
    append(times.condition, times.values, piece);
}

} // namespace

AuditQuery AuditQuery::compile(const AuditFilter &filter, TimestampStyle style)
{
    AuditQuery query;
    const QList<Term> &terms = filter.terms();
    const qsizetype leading = leadingTerm(terms);
    if (leading >= 0) {
        const Term &term = terms.at(leading);
        const bool isProposal = term.field == Field::Proposal;
        query.lead.column = isProposal ? QStringLiteral("proposal_id") : QStringLiteral("event_type");
        query.lead.values = isProposal ? variants(term.proposals) : variants(term.values);
    }
    // What is cheap to check comes first.
    for (const Field field : {Field::Proposal, Field::Type, Field::Actor, Field::Since, Field::Before, Field::Text}) {
        for (qsizetype i = 0; i < terms.size(); ++i) {
            if (terms.at(i).field != field)
                continue;
            const Piece piece = compileTerm(terms.at(i), style);
            append(query.condition, query.values, piece);
            if (i != leading)
                append(query.rest, query.restValues, piece);
            narrow(query.times, terms.at(i), piece);
        }
    }
    query.isIndexed = terms.isEmpty() || leading >= 0 || !query.times.isOpen();
    return query;
}

} // namespace andon
