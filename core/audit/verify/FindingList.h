// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/VerifyReport.h"

#include <map>

namespace andon {

/// What a verification finds: everything is counted, the first of each kind are kept. Belongs to one thread.
class FindingList
{
public:
    /// `count` as VerifyReport::counts means it. A range that begins within the last one of its kind or right
    /// after it, with the same words, becomes one with it.
    void add(const VerifyFinding &finding, qint64 count = 1);
    void add(const FindingList &others);

    [[nodiscard]] bool isEmpty() const { return m_counts.isEmpty(); }

    /// Puts all into the report: at most VerifyReport::kMostFindings, of each kind its share.
    void tell(VerifyReport *report) const;

private:
    std::map<VerifyFinding::Kind, QList<VerifyFinding>> m_kept;
    QMap<VerifyFinding::Kind, qint64> m_counts;
};

} // namespace andon
