// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"
#include "core/audit/AuditFilter.h"

#include <QList>

namespace andon {

/// Which rows of the log are wanted. Pages come by key, never by OFFSET.
struct AuditPageRequest
{
    enum class Direction {
        Older, ///< ids below `from`, newest of them first
        Newer, ///< ids above `from`, the nearest to it
    };

    AuditFilter filter;
    Direction direction = Direction::Older;
    EventId from; ///< exclusive; invalid (0) means: from the newest (Older) or the oldest (Newer) row
    int limit = 200;
};

/// Some rows of the log, newest first whatever the direction.
struct AuditPage
{
    QList<AuditEvent> events;
    bool reachedEnd = false; ///< nothing lies beyond this page in its direction
};

/// The range of ids in the log; both invalid where it is empty.
struct AuditExtent
{
    EventId oldest;
    EventId newest;

    friend bool operator==(const AuditExtent &, const AuditExtent &) = default;
};

} // namespace andon
