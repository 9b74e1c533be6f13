// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/gate/StopScope.h"

#include <QDateTime>

namespace andon {

/// One agent, or one kind of action, that is stopped by itself and stays so until a person resets it.
struct Hold
{
    StopId stopId;
    StopScope scope;
    QString reason;
    QString by;   ///< user@host
    QDateTime at; ///< UTC

    friend bool operator==(const Hold &, const Hold &) = default;
};

} // namespace andon
