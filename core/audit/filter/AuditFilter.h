// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"
#include "core/Types.h"
#include "core/audit/IdRange.h"
#include "core/audit/filter/DataCondition.h"

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
/// `type:failed,cancelled actor:agent proposal:42 since:2h data.region:700..800 "connection timeout" -type:proposed`
/// (docs/filter-language.md). A value type; holds no SQL.
class AuditFilter
{
public:
    struct Term
    {
        enum class Field { Type, Actor, Proposal, Since, Before, Text, Id, Time, Data };

        Field field = Field::Text;
        bool isNegated = false;
        QStringList values; ///< Type, Actor: any of these; Text: one phrase
        QList<ProposalId> proposals;
        QList<IdRange> ranges; ///< Proposal: any in these, too; Id: any in these. Sorted, without overlap
        QDateTime moment;      ///< Since, Time (inclusive), Before (exclusive): UTC; Time: invalid where it is open
        QDateTime until;       ///< Time (exclusive): UTC; invalid where it is open
        QStringList path;      ///< Data: the keys that lead to the value
        QList<DataCondition> conditions; ///< Data: any of these
        qsizetype position = 0;
        qsizetype length = 0;

        friend bool operator==(const Term &, const Term &) = default;
    };

    /// Everything.
    AuditFilter() = default;

    /// Reads a line. Relative times (`2h`) count back from `now`; dates without an offset are local.
    /// Throws FilterError.
    static AuditFilter parse(const QString &text, const QDateTime &now);

    /// The text of a term that reads back as this very value: of a type, an actor, a phrase, a number, or a
    /// time. Null where no term can say it: nothing, a NUL character, too long.
    static QString term(Term::Field field, const QString &value, bool isNegated = false);
    /// The same for a string in the data.
    static QString dataTerm(const QStringList &path, const QString &value, bool isNegated = false);

    [[nodiscard]] const QString &text() const { return m_text; }
    /// The same for the same question: a relative time is another one each time it is read.
    [[nodiscard]] QString key() const;
    [[nodiscard]] const QList<Term> &terms() const { return m_terms; }
    [[nodiscard]] bool isEmpty() const { return m_terms.isEmpty(); }

    friend bool operator==(const AuditFilter &, const AuditFilter &) = default;

private:
    QString m_text;
    QList<Term> m_terms;
};

} // namespace andon
