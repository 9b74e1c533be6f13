// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/timeline/TimeTerms.h"

#include "core/audit/filter/AuditFilter.h"

#include <algorithm>

namespace andon::TimeTerms {

namespace {

using Term = AuditFilter::Term;

bool isPositiveTime(const Term &term)
{
    const bool isTime = term.field == Term::Field::Since || term.field == Term::Field::Before
        || term.field == Term::Field::Time;
    return isTime && !term.isNegated;
}

/// The bounds that one term sets.
TimeRange boundsOf(const Term &term)
{
    TimeRange bounds;
    if (term.field == Term::Field::Before)
        bounds.to = term.moment;
    else if (term.moment.isValid())
        bounds.from = term.moment;
    if (term.field == Term::Field::Time && term.until.isValid())
        bounds.to = term.until;
    return bounds;
}

/// To the second, or finer where it has to be. In the hour that a local clock shows twice, with its offset.
QString written(const QDateTime &moment, Qt::TimeSpec zone)
{
    const QDateTime shown = zone == Qt::UTC ? moment.toUTC() : moment.toLocalTime();
    const bool isWhole = shown.time().msec() == 0;
    QString text = shown.toString(isWhole ? QStringLiteral("yyyy-MM-ddTHH:mm:ss")
                                          : QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz"));
    if (zone == Qt::UTC)
        return text + u'Z';
    if (QDateTime(shown.date(), shown.time(), Qt::LocalTime) != moment)
        text = shown.toOffsetFromUtc(shown.offsetFromUtc()).toString(Qt::ISODateWithMs);
    return text;
}

QList<Term> termsOf(const QString &filter, const QDateTime &now)
{
    return AuditFilter::parse(filter, now).terms();
}

} // namespace

TimeRange rangeOf(const QString &filter, const QDateTime &now)
{
    TimeRange range;
    try {
        for (const Term &term : termsOf(filter, now)) {
            if (!isPositiveTime(term))
                continue;
            const TimeRange bounds = boundsOf(term);
            if (bounds.from)
                range.from = std::max(range.from.value_or(*bounds.from), *bounds.from);
            if (bounds.to)
                range.to = std::min(range.to.value_or(*bounds.to), *bounds.to);
        }
    } catch (const FilterError &) {
        return {};
    }
    return range;
}

QString withRange(const QString &filter, const TimeRange &range, Qt::TimeSpec zone, const QDateTime &now)
{
    QString text = filter;
    try {
        const QList<Term> terms = termsOf(filter, now);
        // From the last to the first, so that positions stay true.
        for (auto term = terms.crbegin(); term != terms.crend(); ++term) {
            if (isPositiveTime(*term))
                text.remove(term->position, term->length);
        }
    } catch (const FilterError &) {
        return filter;
    }
    text = text.trimmed();
    const auto append = [&text](const QString &term) { text += text.isEmpty() ? term : u' ' + term; };
    if (range.from)
        append(QStringLiteral("since:") + written(*range.from, zone));
    if (range.to)
        append(QStringLiteral("before:") + written(*range.to, zone));
    return text;
}

} // namespace andon::TimeTerms
