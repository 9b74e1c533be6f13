// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/timeline/RangeHistory.h"

namespace andon {

void RangeHistory::push(const TimeRange &left)
{
    if (!m_left.isEmpty() && m_left.constLast() == left)
        return;
    m_left << left;
    if (m_left.size() > kMaxDepth)
        m_left.removeFirst();
}

std::optional<TimeRange> RangeHistory::back()
{
    if (m_left.isEmpty())
        return std::nullopt;
    return m_left.takeLast();
}

} // namespace andon
