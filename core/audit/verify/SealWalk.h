// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/FindingList.h"
#include "core/audit/verify/SealPart.h"

#include <deque>
#include <limits>
#include <mutex>
#include <optional>

namespace andon {

class Database;

/// Goes through the table of seals once, from the first leaf to the last, and cuts it into parts for those who verify.
///
/// Takes no word of the table for granted: runs that overlap, leave gaps, have a wrong length or make no sense are
/// findings. Where seals are lost, the entries that must have been sealed there stand in for them as long as they are
/// as many. `next` may be called from every thread.
class SealWalk
{
public:
    /// What there was when the verification began.
    struct Extent
    {
        bool hasTable = true;  ///< false: the table is gone, or is another one
        qint64 newestKey = -1; ///< the number of the first leaf in the newest run; -1: no run
        EventId newestEntry;   ///< of the log
    };

    explicit SealWalk(const Extent &extent)
        : m_extent(extent)
    {
    }

    /// The next part; nothing at the end. Reads through the caller's own connection. Throws StorageError.
    [[nodiscard]] std::optional<SealPart> next(Database &database);

    // Once `next` has given nothing:

    /// How many leaves there are.
    [[nodiscard]] qint64 leaves() const { return m_leaves; }
    /// How many the tree has, as its seals say: the same unless some are lost for good.
    [[nodiscard]] qint64 treeSize() const { return m_placedLeaves; }
    /// The newest entry that is sealed.
    [[nodiscard]] EventId lastEvent() const { return m_lastPlaced; }
    /// What is wrong with the table itself.
    [[nodiscard]] const FindingList &findings() const { return m_findings; }

private:
    /// A run, or what stands in its place.
    struct Item
    {
        enum class Kind {
            Run,
            Lost,  ///< `count` leaves whose entries lie before `event`
            Break, ///< from here on nobody knows the numbers of the leaves
        };
        Kind kind = Kind::Run;
        qint64 leaf = 0;
        qint64 count = 0;
        EventId event;
        bool isMisplaced = false;
        std::string hashes;
        std::string hints;

        [[nodiscard]] EventId last() const { return EventId(event.value + count - 1); }
    };
    /// A run that fits nowhere.
    struct Oddity
    {
        qint64 leaf = 0;
        qint64 count = 0;
        EventId event;
        bool isSane = false; ///< its numbers could be true
    };

    void read(Database &database, SealPart *part);
    void accept(const SealTable::Run &run);
    void release();
    void resolveOdd(Database &database);
    void bridge(Database &database, qint64 untilLeaf, EventId untilEvent);
    void atEnd(Database &database);
    void tellOddities();
    void place(Database &database, SealPart *part);
    void placeRun(SealPart *part);
    void placeLost(Database &database, SealPart *part);

    [[nodiscard]] static bool isSane(const SealTable::Run &run);
    [[nodiscard]] static bool hasRightLength(const SealTable::Run &run);
    [[nodiscard]] static qint64 room(const SealPart &part);
    [[nodiscard]] bool needsDatabase() const;

    std::mutex m_mutex;
    Extent m_extent;
    FindingList m_findings;

    // Where it reads:
    qint64 m_key = std::numeric_limits<qint64>::min();
    bool m_isAtEnd = false;
    qint64 m_nextLeaf = 0;      ///< after what was accepted
    EventId m_lastAccepted;     ///< event, before the run that is held
    std::optional<Item> m_held; ///< until the next run shows which of the two is right
    std::optional<Item> m_odd;  ///< a run that cannot follow
    std::vector<Oddity> m_oddities;
    std::deque<Item> m_ready;

    // Where it places:
    qint64 m_placedLeaves = 0;
    qint64 m_leaves = 0;
    EventId m_lastPlaced;
    EventId m_from{std::numeric_limits<qint64>::min()};
    bool m_isBroken = false;
    qint64 m_parts = 0;
};

} // namespace andon
