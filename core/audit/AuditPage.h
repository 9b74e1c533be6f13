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
    /// Nothing lies beyond this page in its direction. False also where that is not known: a full page
    /// is handed out without a search for what may come after it.
    bool reachedEnd = false;
    /// Where to go on: the `from` of the page after this one. It lies beyond the last event where the
    /// reading was ended early in a stretch without any. The request's own where nothing was read.
    EventId through;
};

/// The range of ids in the log; both invalid where it is empty.
struct AuditExtent
{
    EventId oldest;
    EventId newest;

    friend bool operator==(const AuditExtent &, const AuditExtent &) = default;
};

} // namespace andon
