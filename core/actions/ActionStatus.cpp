// SPDX-License-Identifier: Apache-2.0
#include "core/actions/ActionStatus.h"

#include <array>
#include <utility>

namespace andon {

namespace {

const std::array<std::pair<ActionStatus, QString>, 6> &names()
{
    static const std::array<std::pair<ActionStatus, QString>, 6> table{{
        {ActionStatus::Proposed, QStringLiteral("proposed")},
        {ActionStatus::Validated, QStringLiteral("validated")},
        {ActionStatus::Executing, QStringLiteral("executing")},
        {ActionStatus::Completed, QStringLiteral("completed")},
        {ActionStatus::Failed, QStringLiteral("failed")},
        {ActionStatus::Cancelled, QStringLiteral("cancelled")},
    }};
    return table;
}

} // namespace

QString toString(ActionStatus status)
{
    for (const auto &[value, name] : names()) {
        if (value == status)
            return name;
    }
    Q_UNREACHABLE();
}

std::optional<ActionStatus> actionStatusFromString(const QString &text)
{
    for (const auto &[value, name] : names()) {
        if (name == text)
            return value;
    }
    return std::nullopt;
}

} // namespace andon
