// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"
#include "core/Types.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

namespace andon {

/// Where and why a filter cannot be read. Positions count UTF-16 units of what was typed.
class FilterError : public Error
{
public:
    FilterError(QString message, qsizetype position, qsizetype length)
        : Error(std::move(message))
        , m_position(position)
        , m_length(length)
    {
    }

    [[nodiscard]] qsizetype position() const noexcept { return m_position; }
    [[nodiscard]] qsizetype length() const noexcept { return m_length; }

private:
    qsizetype m_position;
    qsizetype m_length;
};

/// Which events are asked for: one line of text, read into terms that must all hold.
///
/// `type:failed,cancelled actor:agent proposal:42 since:2h before:2026-01-31 "connection timeout" -type:proposed`
/// (docs/filter-language.md). A value type; holds no SQL.
class AuditFilter
{
public:
    struct Term
    {
        enum class Field { Type, Actor, Proposal, Since, Before, Text };

        Field field = Field::Text;
        bool isNegated = false;
        QStringList values; ///< Type, Actor: any of these; Text: one phrase
        QList<ProposalId> proposals;
        QDateTime moment; ///< Since (inclusive), Before (exclusive): UTC
        qsizetype position = 0;
        qsizetype length = 0;

        friend bool operator==(const Term &, const Term &) = default;
    };

    /// Everything.
    AuditFilter() = default;

    /// Reads a line. Relative times (`2h`) count back from `now`; dates without an offset are local.
    /// Throws FilterError.
    static AuditFilter parse(const QString &text, const QDateTime &now);

    [[nodiscard]] const QString &text() const { return m_text; }
    [[nodiscard]] const QList<Term> &terms() const { return m_terms; }
    [[nodiscard]] bool isEmpty() const { return m_terms.isEmpty(); }

    friend bool operator==(const AuditFilter &, const AuditFilter &) = default;

private:
    QString m_text;
    QList<Term> m_terms;
};

} // namespace andon
