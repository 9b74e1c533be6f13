// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditFilter.h"
#include "core/audit/filter/FilterTokens.h"

#include <QDateTime>
#include <QList>
#include <QString>

namespace andon {

/// Makes terms of tokens, or says where and why it cannot. Throws FilterError.
class FilterParser
{
public:
    using Term = AuditFilter::Term;

    /// So many characters at most.
    static constexpr qsizetype kMaxLength = 64 * 1024;
    /// So many terms, where each value of a list counts as one.
    static constexpr qsizetype kMaxTerms = 200;
    /// So many terms with times: each makes a long condition, and SQLite takes a megabyte of SQL.
    static constexpr qsizetype kMaxTimes = 20;
    /// So many characters of one phrase. SQLite refuses a LIKE pattern of more than 50,000 bytes.
    static constexpr qsizetype kMaxPhrase = 16 * 1024;
    /// So many segments of a path in the data: each is a table in a join, of which SQLite takes 64.
    static constexpr qsizetype kMaxPath = 16;

    /// Both must outlive this.
    FilterParser(const QString &text, const QDateTime &now)
        : m_text(text)
        , m_now(now)
    {
    }

    [[nodiscard]] QList<Term> parse();

private:
    struct Item; // one entry of a list: a value or a range

    void checkWhole() const;
    [[nodiscard]] Term parseTerm(const FilterTokens &tokens) const;
    void parsePhrase(Term &term, const FilterTokens &tokens) const;
    void parseField(Term &term, const FilterTokens &tokens) const;
    [[nodiscard]] QList<Item> parseList(const FilterTokens &tokens) const;
    [[nodiscard]] Item parseItem(const FilterTokens &tokens, qsizetype &at) const;
    void readTime(Term &term, const QList<Item> &items) const;
    void readTimeRange(Term &term, const QList<Item> &items) const;
    void readNumbers(Term &term, const QList<Item> &items) const;
    void readData(Term &term, const FilterToken &field, const QString &comparison, const QList<Item> &items) const;
    [[nodiscard]] DataCondition readCondition(const Item &item) const;
    [[nodiscard]] QDateTime momentOf(const FilterToken &token) const;
    [[nodiscard]] qint64 numberOf(const FilterToken &token, bool isProposal) const;
    [[nodiscard]] QString typed(qsizetype position, qsizetype length) const;
    void checkEnds(bool isRight, const Item &item, const QString &advice) const;

    const QString &m_text;
    const QDateTime &m_now;
};

} // namespace andon
