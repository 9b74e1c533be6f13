// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/verify/FindingList.h"
#include "core/audit/verify/PartVerifier.h"

#include <vector>

namespace andon {

class Database;

/// The entries and seals that do not fit, of the whole log: finds out what happened to them.
///
/// A leaf depends on the id of its entry. So an entry whose hash is that of another seal is what it was, and the seal
/// says a wrong number; an entry whose hash would be that of another seal if it had that one's id was moved. Both are
/// looked for among the first ones; what is more is told as it looks.
class Suspects
{
public:
    /// Seals, or entries, that are looked at together.
    static constexpr std::size_t kMost = 65'536;
    /// Entries that are tried under other ids, and ids that they are tried under.
    static constexpr std::size_t kMostTried = 200;

    /// What stands at the place of a seal that does not fit it.
    enum class InPlace {
        Unknown, ///< nothing, or nobody knows where it comes from
        Genuine, ///< an entry that was sealed as it is there
        Moved,   ///< an entry that was sealed elsewhere
    };

    /// Parts in the order of the tree.
    void add(PartResult &part);
    /// An entry that is not sealed, but may have been moved away from among those that are.
    void addUnsealed(EventId event) { m_unsealed.push_back(event); }

    [[nodiscard]] bool isEmpty() const { return m_leaves.empty() && m_entries.empty() && m_isBelowLimit; }
    /// What happened. Reads the entries that may have been moved. Throws StorageError.
    [[nodiscard]] FindingList resolve(Database &database, const EntryLayout &layout);

private:
    struct Leaf : SuspectLeaf
    {
        std::size_t entry = kNone; ///< in its place
        bool isFound = false;      ///< its entry is somewhere
    };
    struct Entry : SuspectEntry
    {
        std::size_t leaf = kNone; ///< that claims it
        bool isFound = false;     ///< its seal is somewhere
        bool isGenuine = false;   ///< and is of this very id
        bool isUnsealed = false;
    };
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    void findByHash();
    void findMoved(Database &database, const EntryLayout &layout);
    void tellRest();
    void tell(VerifyFinding::Kind kind, EventId event, const QString &detail = {}, const QStringList &columns = {});

    std::vector<Leaf> m_leaves;
    std::vector<Entry> m_entries;
    std::vector<EventId> m_unsealed;
    bool m_isBelowLimit = true;
    FindingList m_overflow;
    std::vector<VerifyFinding> m_told;
};

} // namespace andon
