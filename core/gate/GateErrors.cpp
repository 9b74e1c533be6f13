// SPDX-License-Identifier: Apache-2.0
#include "core/gate/GateErrors.h"

namespace andon {

ObserveOnlyError::ObserveOnlyError(Cause cause, const QString &explanation)
    : Error(prefix() + QStringLiteral(". ") + explanation)
    , m_because(cause)
{
}

QString ObserveOnlyError::prefix()
{
    return QStringLiteral("Action execution blocked: observe-only mode is active");
}

} // namespace andon
