// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Error.h"
#include "core/Types.h"

namespace andon {

/// An action cannot go from the status that it has to the one that was asked for.
class TransitionError : public Error
{
public:
    TransitionError(ProposalId id, QString from, QString to)
        : Error(QStringLiteral("Action %1 is %2; it cannot become %3.").arg(id.toString(), from, to))
        , m_from(std::move(from))
        , m_to(std::move(to))
    {
    }

    [[nodiscard]] const QString &from() const noexcept { return m_from; }
    [[nodiscard]] const QString &to() const noexcept { return m_to; }

private:
    QString m_from;
    QString m_to;
};

} // namespace andon
