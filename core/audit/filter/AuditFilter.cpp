// SPDX-License-Identifier: Apache-2.0
#include "core/audit/filter/AuditFilter.h"

#include "core/audit/filter/FilterParser.h"
#include "core/audit/filter/FilterTokens.h"

#include <algorithm>

namespace andon {

namespace {

using Field = AuditFilter::Term::Field;

QString nameOf(Field field)
{
    switch (field) {
    case Field::Type:
        return QStringLiteral("type");
    case Field::Actor:
        return QStringLiteral("actor");
    case Field::Proposal:
        return QStringLiteral("proposal");
    case Field::Id:
        return QStringLiteral("id");
    case Field::Since:
        return QStringLiteral("since");
    case Field::Before:
        return QStringLiteral("before");
    case Field::Time:
        return QStringLiteral("time");
    case Field::Data:
        return QStringLiteral("data");
    case Field::Text:
        break;
    }
    return {};
}

/// Whether a value needs no quotes. Careful rather than exact: quotes are never wrong.
bool isPlainValue(const QString &value)
{
    return std::all_of(value.cbegin(), value.cend(), [](QChar c) {
        return c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'.' || c == u':' || c == u'+' || c == u'@'
            || c == u'/';
    });
}

bool canBeSaid(const QString &value)
{
    return !value.isEmpty() && value.size() < FilterParser::kMaxPhrase && !value.contains(QChar(0));
}

} // namespace

AuditFilter AuditFilter::parse(const QString &text, const QDateTime &now)
{
    AuditFilter filter;
    filter.m_text = text;
    filter.m_terms = FilterParser(text, now).parse();
    return filter;
}

QString AuditFilter::term(Term::Field field, const QString &value, bool isNegated)
{
    if (!canBeSaid(value) || field == Field::Data)
        return {};
    const QString sign = isNegated ? QStringLiteral("-") : QString();
    if (field == Field::Text)
        return sign + quotedForFilter(value);
    // The ends of a range of time are quoted each by itself, and only where they need it.
    const bool isBare = isPlainValue(value) || field == Field::Time;
    return sign + nameOf(field) + u':' + (isBare ? value : quotedForFilter(value));
}

QString AuditFilter::dataTerm(const QStringList &path, const QString &value, bool isNegated)
{
    const bool canBeWalked = !path.isEmpty() && path.size() <= FilterParser::kMaxPath
        && std::all_of(path.cbegin(), path.cend(), canBeSaid);
    if (!canBeWalked || !canBeSaid(value))
        return {};
    return (isNegated ? QStringLiteral("-data") : QStringLiteral("data")) + filterPath(path) + u':'
        + quotedForFilter(value);
}

QString AuditFilter::key() const
{
    QString key = m_text;
    for (const Term &term : m_terms) {
        for (const QDateTime &moment : {term.moment, term.until}) {
            if (moment.isValid())
                key += QStringLiteral("\n%1").arg(moment.toMSecsSinceEpoch());
        }
    }
    return key;
}

} // namespace andon
