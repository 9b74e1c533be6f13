// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/IdRange.h"
#include "core/audit/query/AuditQuery.h"

#include <QList>

#include <functional>
#include <optional>

namespace andon {

class Database;

/// Where in the log the events of a range of time are: the blocks of ids that hold any.
///
/// Time mostly grows with the id, but a clock may jump, and agents may write late. So the index of the
/// times is asked, not the neighbours of an id; one event out of order costs one more block.
class TimeBlocks
{
public:
    /// Reads the index in short statements, and asks `keepGoing` between them. Nothing where it said
    /// no, or where the index has so many entries near the range, over a quarter of `ids`, that reading
    /// the log itself is as good.
    static std::optional<TimeBlocks> find(Database &database, const AuditQuery::Times &times, IdRange ids,
                                          const std::function<bool()> &keepGoing);

    /// The part of `ids` with the highest (or lowest) ids that lies in one run of blocks; may be empty.
    [[nodiscard]] IdRange highestIn(IdRange ids) const;
    [[nodiscard]] IdRange lowestIn(IdRange ids) const;

private:
    explicit TimeBlocks(QList<qint64> blocks);

    QList<IdRange> m_runs; ///< ascending, with gaps between them
};

} // namespace andon
