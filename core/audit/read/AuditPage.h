// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditEvent.h"
#include "core/audit/filter/AuditFilter.h"

#include <QList>
#include <QVariant>

#include <memory>

namespace andon {

class ScanFindings;

/// In which order events are listed. Down the list are older events or, for the others, smaller values;
/// upside down where it is ascending. Events of equal value are listed by id.
struct AuditOrder
{
    enum class By {
        Log,  ///< as they were written: by id
        Time, ///< by the stored text of the time, which only within one way of writing is the order of moments
        Type,
        Proposal,
        Actor,
    };

    By by = By::Log;
    bool isAscending = false;

    friend bool operator==(const AuditOrder &, const AuditOrder &) = default;
};

/// A place in an order: the value that the event is sorted by, and the event.
struct AuditAnchor
{
    QVariant value; ///< text, or a whole number for proposals; null where the event has none
    EventId id;

    friend bool operator==(const AuditAnchor &, const AuditAnchor &) = default;
};

/// Which rows of the log are wanted. Pages come by key, never by OFFSET.
struct AuditPageRequest
{
    enum class Direction {
        Older, ///< down the list: ids below `from`, newest of them first
        Newer, ///< up the list: ids above `from`, the nearest to it
    };

    AuditFilter filter;
    Direction direction = Direction::Older;
    EventId from; ///< exclusive; invalid (0) means: from the newest (Older) or the oldest (Newer) row
    int limit = 200;
    AuditOrder order = {};
    /// What a scan of this filter has found so far, which leads past what does not match. Where an index
    /// leads to the matches nobody needs it.
    std::shared_ptr<const ScanFindings> findings = {};
    bool includesFrom = false; ///< `from` is part of the page
};

/// Some rows of the log, newest first whatever the direction.
struct AuditPage
{
    /// A page ends early once the data of its events takes this much memory.
    static constexpr qint64 kMaxBytes = 32LL * 1024 * 1024;

    QList<AuditEvent> events;
    /// Nothing lies beyond this page in its direction. False also where that is not known: a full page
    /// is handed out without a search for what may come after it.
    bool reachedEnd = false;
    /// The page ends where the scan has come to: there may be more once it has gone on.
    bool awaitsScan = false;
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
