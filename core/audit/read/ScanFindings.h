// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/IdRange.h"
#include "core/audit/read/ActivityHistogram.h"

#include <QMutex>

#include <deque>
#include <optional>
#include <vector>

namespace andon {

/// What one short stretch of a scan has found.
struct SliceFindings
{
    /// A block of ids with matches in it.
    struct Block
    {
        qint64 number = 0; ///< id / ScanFindings::kBlockSize
        qint64 matches = 0;
    };

    IdRange covered;           ///< looked at, gaps in the ids included
    std::vector<Block> blocks; ///< ascending or descending, each number once
    ActivityHistogram activity;
};

/// What is known of the events that match one filter: how many there are, in which blocks of ids, and
/// when they happened. Grows while the log is scanned and while it is written to.
///
/// The blocks are what a jump into a filtered log needs: they lead past what does not match and say how
/// many matches lie above a place. There are at most `kMaxBlocks`; when more are needed, blocks are joined.
/// Thread-safe: scanning threads add, readers and the window ask.
class ScanFindings
{
public:
    static constexpr qint64 kBlockSize = 256;
    static constexpr size_t kMaxBlocks = 400'000; ///< about 10 MB

    /// How far the scan has come. Never changes by itself.
    struct Summary
    {
        qint64 found = 0;
        bool isWhole = false; ///< all of the log up to `newest` is in `found`
        EventId newest;       ///< nothing above this was looked at
        qint64 done = 0;      ///< ids passed in the present scan
        qint64 total = 0;     ///< ids to pass in it
    };

    /// A scan is about to begin, or to go on, in a log of this extent. Returns what is not covered yet: above
    /// what is (ascending) and below (descending). What an older scan still adds is not taken any more.
    struct Task
    {
        quint64 token = 0;
        IdRange above;
        IdRange below;
    };
    [[nodiscard]] Task begin(IdRange extent);

    /// Stretches may come in any order; they count once nothing is missing between them and what is covered.
    /// False where another scan has begun meanwhile: the caller ends.
    bool add(quint64 token, SliceFindings slice);

    [[nodiscard]] Summary summary() const;
    [[nodiscard]] ActivityHistogram activity() const;
    /// The ids that are covered; empty before the first.
    [[nodiscard]] IdRange covered() const;

    /// The part of `ids` with the highest (lowest) ids that may hold matches: a run of blocks that do, or
    /// what is not covered. Empty where there is none.
    [[nodiscard]] IdRange highestIn(IdRange ids) const;
    [[nodiscard]] IdRange lowestIn(IdRange ids) const;

    /// How many matches are newer than this event, to about a block.
    [[nodiscard]] qint64 newerThan(EventId id) const;
    /// An id that has about so many newer matches.
    [[nodiscard]] EventId atRank(qint64 newer) const;
    /// Memory that the findings take, in bytes, roughly.
    [[nodiscard]] qint64 cost() const;

private:
    using Block = SliceFindings::Block;

    bool absorb(const SliceFindings &slice);
    void addBlock(Block block, bool isNewer);
    void joinBlocks();
    void updateRanks() const;
    [[nodiscard]] qint64 blockOf(qint64 id) const { return id / m_blockSize; }
    [[nodiscard]] IdRange idsOf(const Block &block) const;

    mutable QMutex m_mutex;
    IdRange m_extent;
    IdRange m_covered;
    bool m_hasBegun = false;
    quint64 m_token = 0;
    qint64 m_doneBefore = 0; ///< ids covered when the present scan began
    qint64 m_blockSize = kBlockSize;
    std::deque<Block> m_blocks; ///< newest first
    qint64 m_found = 0;
    ActivityHistogram m_activity;
    std::vector<SliceFindings> m_waiting;
    mutable std::vector<qint64> m_ranks; ///< matches in the blocks above each block; empty when outdated
};

} // namespace andon
