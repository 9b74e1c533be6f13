// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/AuditPage.h"

#include <algorithm>
#include <cmath>

namespace andon {

/// Where in a log of any size an event lies, as an `int` that a scroll bar can hold: 0 is the newest
/// event, `kScale` the oldest. By id, so that nobody has to count rows.
struct AuditPosition
{
    static constexpr int kScale = 1'000'000'000;

    AuditExtent extent;

    [[nodiscard]] int ofEvent(EventId id) const
    {
        if (span() <= 0 || id >= extent.newest)
            return 0;
        if (id <= extent.oldest)
            return kScale;
        const double fraction = double(extent.newest.value - id.value) / double(span());
        return std::clamp(int(std::lround(fraction * kScale)), 0, kScale);
    }

    [[nodiscard]] EventId eventAt(int position) const
    {
        if (position <= 0 || span() <= 0)
            return extent.newest;
        if (position >= kScale)
            return extent.oldest;
        const auto distance = qint64(double(span()) * (double(position) / kScale));
        return std::max(extent.oldest, EventId(extent.newest.value - distance));
    }

    /// How many positions so many ids take.
    [[nodiscard]] int ofDistance(qint64 ids) const
    {
        if (span() <= 0)
            return kScale;
        return std::clamp(int(std::min(1.0, double(ids) / double(span())) * kScale), 1, kScale);
    }

private:
    [[nodiscard]] qint64 span() const { return extent.newest.value - extent.oldest.value; }
};

} // namespace andon
