// SPDX-License-Identifier: Apache-2.0
#include "core/gate/GateErrors.h"

namespace andon {

ObserveOnlyError::ObserveOnlyError(Cause cause, const QString &explanation)
    : Error((cause == Cause::Held ? heldPrefix() : prefix()) + QStringLiteral(". ") + explanation)
    , m_because(cause)
{
}

QString ObserveOnlyError::prefix()
{
    return QStringLiteral("Action execution blocked: observe-only mode is active");
}

QString ObserveOnlyError::heldPrefix()
{
    return QStringLiteral("Action execution blocked: this agent or this kind of action is held");
}

QString ApprovalError::prefix()
{
    return QStringLiteral("Action execution blocked: it needs an approval that is valid now");
}

} // namespace andon
