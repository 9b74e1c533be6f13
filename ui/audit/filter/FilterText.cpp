// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/filter/FilterText.h"

#include <QDateTime>

#include <algorithm>
#include <optional>

namespace andon::FilterText {

namespace {

using Term = AuditFilter::Term;
using Field = Term::Field;

/// Nothing where the text cannot be read.
std::optional<QList<Term>> termsOf(const QString &text)
{
    try {
        return AuditFilter::parse(text, QDateTime::currentDateTimeUtc()).terms();
    } catch (const FilterError &) {
        return std::nullopt;
    }
}

QString written(const QString &text, const Term &term)
{
    return text.mid(term.position, term.length);
}

QString appended(const QString &text, const QString &term)
{
    const QString before = text.trimmed();
    return before.isEmpty() ? term : before + u' ' + term;
}

/// Replaces the term by another text; by nothing, with one of the spaces around it.
QString replaced(const QString &text, const Term &term, const QString &other)
{
    QString before = text.left(term.position);
    QString after = text.mid(term.position + term.length);
    if (other.isEmpty()) {
        while (!after.isEmpty() && after.at(0).isSpace())
            after.remove(0, 1);
        while (after.isEmpty() && !before.isEmpty() && before.back().isSpace())
            before.chop(1);
    }
    return before + other + after;
}

QString listTerm(const Term &term, const QStringList &values)
{
    QString list;
    for (const QString &value : values) {
        const QString one = AuditFilter::term(term.field, value);
        list += list.isEmpty() ? one : u',' + one.section(u':', 1);
    }
    return list;
}

} // namespace

bool canBeRead(const QString &text)
{
    return termsOf(text).has_value();
}

bool hasTerm(const QString &text, const QString &term)
{
    const std::optional<QList<Term>> terms = termsOf(text);
    return terms
        && std::any_of(terms->cbegin(), terms->cend(), [&](const Term &known) { return written(text, known) == term; });
}

QString toggled(const QString &text, const QString &term)
{
    const std::optional<QList<Term>> terms = termsOf(text);
    if (!terms)
        return appended(text, term);
    for (const Term &known : *terms) {
        if (written(text, known) == term)
            return replaced(text, known, {});
    }
    const QString opposite = term.startsWith(u'-') ? term.mid(1) : u'-' + term;
    for (const Term &known : *terms) {
        if (written(text, known) == opposite)
            return replaced(text, known, term);
    }
    return appended(text, term);
}

bool hasValue(const QString &text, Field field, const QString &value)
{
    const std::optional<QList<Term>> terms = termsOf(text);
    return terms && std::any_of(terms->cbegin(), terms->cend(), [&](const Term &term) {
               return term.field == field && !term.isNegated && term.values.contains(value);
           });
}

QString valueToggled(const QString &text, Field field, const QString &value)
{
    const std::optional<QList<Term>> terms = termsOf(text);
    const QString single = AuditFilter::term(field, value);
    if (!terms)
        return appended(text, single);
    const bool isThere = hasValue(text, field, value);
    for (const Term &term : *terms) {
        if (term.field != field || term.isNegated || (isThere && !term.values.contains(value)))
            continue;
        QStringList values = term.values;
        if (isThere)
            values.removeAll(value);
        else
            values << value;
        return replaced(text, term, listTerm(term, values));
    }
    return toggled(text, single);
}

QString without(const QString &text, Field field)
{
    const std::optional<QList<Term>> terms = termsOf(text);
    QString left = text;
    for (qsizetype i = terms ? terms->size() - 1 : -1; i >= 0; --i) {
        const Term &term = terms->at(i);
        if (term.field == field && !term.isNegated)
            left = replaced(left, term, {});
    }
    return left;
}

} // namespace andon::FilterText
