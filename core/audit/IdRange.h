// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace andon {

/// Ids of the log from `low` to `high`, both included. Ids start at 1, so differences never overflow.
struct IdRange
{
    qint64 low = 1;
    qint64 high = 0;

    [[nodiscard]] bool isEmpty() const { return low > high; }

    friend bool operator==(const IdRange &, const IdRange &) = default;
};

} // namespace andon
