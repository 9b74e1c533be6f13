// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/filter/AuditFilter.h"
#include "core/audit/query/AuditQuery.h"
#include "core/audit/read/AuditPage.h"
#include "core/audit/read/ScanFindings.h"
#include "core/audit/read/TimeBlocks.h"

#include <QMutex>

#include <functional>
#include <memory>
#include <optional>

namespace andon {

class AuditReader;

/// One scan of what a filter's findings do not cover yet, by several connections at once: first what was
/// written since, then from there on down to the oldest event.
///
/// The ids are cut into chunks, which the connections take one after the other; each reads its chunk in short
/// slices, so that no read transaction lasts longer than about ten milliseconds. Thread-safe.
class AuditScan
{
public:
    AuditScan(AuditFilter filter, std::shared_ptr<ScanFindings> findings);

    /// Asked after each slice; false ends this connection's part.
    using KeepGoing = std::function<bool()>;

    /// Takes part in the scan until nothing is left or it is superseded by another scan of the same
    /// findings. Failures are StorageErrors.
    void work(AuditReader &reader, const KeepGoing &keepGoing);

private:
    using Direction = AuditPageRequest::Direction;
    struct Chunk
    {
        IdRange ids;
        Direction direction = Direction::Older;
    };

    void prepare(AuditReader &reader, const AuditQuery &query, const KeepGoing &keepGoing);
    std::optional<Chunk> next();
    [[nodiscard]] bool scan(AuditReader &reader, const AuditQuery &query, const Chunk &chunk,
                            const KeepGoing &keepGoing);

    AuditFilter m_filter;
    std::shared_ptr<ScanFindings> m_findings;
    QMutex m_mutex;
    bool m_isPrepared = false;
    ScanFindings::Task m_left;
    qint64 m_chunkSize = 0;
    std::optional<TimeBlocks> m_blocks;
    bool m_hasLookedForBlocks = false;
};

} // namespace andon
