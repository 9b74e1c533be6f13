// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/IdRange.h"
#include "core/audit/query/AuditQuery.h"
#include "core/audit/read/AuditPage.h"
#include "core/audit/read/TimeBlocks.h"

#include <QElapsedTimer>

#include <chrono>
#include <functional>
#include <optional>

namespace andon {

class Database;
class ScanFindings;

/// Cuts the reading of a filter into ranges of ids, each good for one short statement.
///
/// A slice is measured in rows that the statement will look at, not in ids: with a lead, in entries of
/// its index, so that a rare type is followed from event to event, however far apart. The number adapts
/// to the time that slices take. Gaps in the ids are jumped over.
class AuditSlices
{
public:
    using Direction = AuditPageRequest::Direction;
    /// As AuditReader::Progress.
    using Progress = std::function<bool(qint64 done, qint64 total)>;

    /// Slices of `ids`, from the newest (Older) or the oldest (Newer) on. `query` must live as long.
    AuditSlices(Database &database, const AuditQuery &query, Direction direction, IdRange ids,
                const Progress &progress);

    /// Look for the blocks of a range of time at once, rather than after some fruitless reading: for
    /// those who read to the end anyway.
    void readsAll() { m_patience = 0; }

    /// How long the reading of one slice may take, 10 ms unless told otherwise.
    void aimAt(std::chrono::microseconds longest) { m_longest = longest; }

    /// This part of the time since `next` was not spent on reading the slice.
    void leaveOut(std::chrono::nanoseconds time) { m_leftOut += time; }

    /// Go past what a scan has found to hold no match. `findings` must live as long.
    void skipBy(const ScanFindings *findings) { m_findings = findings; }

    /// The blocks of the range of time are known, or known not to be worth the while.
    void useBlocks(const std::optional<TimeBlocks> &blocks);

    /// The next slice; nothing at the end, or where the progress function has said no.
    [[nodiscard]] std::optional<IdRange> next();

    /// To be called when the slice was read. Tells the progress; false where that ends the reading.
    bool finish();

    /// Nothing is left behind the slices that were handed out.
    [[nodiscard]] bool atEnd() const { return m_left.isEmpty(); }
    [[nodiscard]] bool isCancelled() const { return m_isCancelled; }

    /// The last id of what was handed out, in the direction of reading.
    [[nodiscard]] qint64 position() const { return m_position; }

private:
    [[nodiscard]] bool isOlder() const { return m_direction == Direction::Older; }
    [[nodiscard]] IdRange nextWanted() const;
    [[nodiscard]] IdRange window(IdRange wanted) const;
    [[nodiscard]] std::optional<IdRange> byWidth(IdRange window);
    [[nodiscard]] std::optional<IdRange> byLead(IdRange window);
    void consume(IdRange slice);
    void findBlocks();
    bool tellProgress();

    Database &m_database;
    const AuditQuery &m_query;
    Direction m_direction;
    IdRange m_all;
    IdRange m_left;
    const Progress &m_progress;
    const ScanFindings *m_findings = nullptr;
    std::optional<TimeBlocks> m_blocks;
    bool m_hasLookedForBlocks = false;
    bool m_isCancelled = false;
    qint64 m_rows; ///< to look at in one slice
    std::chrono::microseconds m_longest;
    std::chrono::nanoseconds m_leftOut{0}; ///< of the slice that is being read
    qint64 m_lookedAt = 0;
    qint64 m_patience;
    qint64 m_position = 0;
    QElapsedTimer m_timer;
};

} // namespace andon
