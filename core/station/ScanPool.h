// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/ScanFindings.h"
#include "core/station/Lane.h"

#include <memory>
#include <vector>

namespace andon {

class AuditFilter;

/// The lanes that scan the log for a filter, side by side: as many as there are processors, up to four.
///
/// They run at a lower priority than everything else. One scan at a time is meant; those that come while
/// another runs wait for it to end, so cancel it first. `scan` may be called from every thread.
class ScanPool
{
public:
    ScanPool(const DatabaseLocation &location, const Database::Options &options, const QString &by,
             const std::shared_ptr<FirstOpening> &opening);

    void start();

    /// Scans what the findings do not cover yet. Results say how many matches are known so far, a few
    /// dozen times a second; the last one comes at the end.
    QFuture<qint64> scan(const AuditFilter &filter, const std::shared_ptr<ScanFindings> &findings);

private:
    std::vector<std::unique_ptr<Lane>> m_lanes;
};

} // namespace andon
