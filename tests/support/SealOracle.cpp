// SPDX-License-Identifier: Apache-2.0
#include "tests/support/SealOracle.h"

#include "core/audit/seal/EntryLayout.h"
#include "core/audit/seal/TreeHash.h"
#include "tests/support/TemporaryDatabase.h"

#include <vector>

namespace andon::test {

namespace {

struct Leaf
{
    qint64 event = 0;
    TreeHash hash{};
};

/// The hash of the leaves [begin, end), by the recursive definition, for a number of them that is a power of two.
TreeHash hashOf(const std::vector<Leaf> &leaves, std::size_t begin, std::size_t end)
{
    if (end - begin == 1)
        return leaves.at(begin).hash;
    const std::size_t middle = begin + (end - begin) / 2;
    return nodeHash(hashOf(leaves, begin, middle), hashOf(leaves, middle, end));
}

std::vector<Leaf> leavesOf(Database &database)
{
    const EntryLayout layout = EntryLayout::of(database);
    std::vector<Leaf> leaves;
    std::string entry;
    database.visit(QStringLiteral("SELECT %1 FROM action_audit_log ORDER BY id").arg(layout.selectList()), {},
                   [&](const StoredRow &row) {
                       layout.serialise(row, entry);
                       leaves.push_back({row.integer(0), leafHash(entry)});
                       return true;
                   });
    return leaves;
}

/// What one run must hold: each leaf, and after it the nodes that it completes.
std::string hashesOf(const std::vector<Leaf> &leaves, std::size_t first, std::size_t count)
{
    std::string bytes;
    for (std::size_t leaf = first; leaf < first + count; ++leaf) {
        std::size_t width = 1;
        for (;; width *= 2) {
            const TreeHash hash = hashOf(leaves, leaf + 1 - width, leaf + 1);
            bytes.append(reinterpret_cast<const char *>(hash.data()), hash.size());
            if ((leaf + 1) % (width * 2) != 0)
                break;
        }
    }
    return bytes;
}

} // namespace

QString complaintAboutSeals(Database &database, bool mayBeBehind)
{
    const std::vector<Leaf> leaves = leavesOf(database);
    std::size_t next = 0;
    QString complaint;
    database.visit(QStringLiteral("SELECT leaf, leaves, event_id, hashes FROM andon_audit_seal ORDER BY leaf"), {},
                   [&](const StoredRow &row) {
                       const auto first = static_cast<std::size_t>(row.integer(0));
                       const auto count = static_cast<std::size_t>(row.integer(1));
                       const QString where = QStringLiteral("the run at leaf %1 ").arg(first);
                       if (first != next)
                           complaint = where + QStringLiteral("does not follow leaf %1").arg(next);
                       else if (first + count > leaves.size())
                           complaint = where + QStringLiteral("seals events that are not there");
                       else if (leaves.at(first).event != row.integer(2)
                                || leaves.at(first + count - 1).event
                                    != row.integer(2) + static_cast<qint64>(count) - 1)
                           complaint = where + QStringLiteral("is of other events");
                       else if (row.text(3) != hashesOf(leaves, first, count))
                           complaint = where + QStringLiteral("has other hashes");
                       next = first + count;
                       return complaint.isEmpty();
                   });
    if (complaint.isEmpty() && next != leaves.size() && !mayBeBehind)
        return QStringLiteral("%1 of %2 events are sealed").arg(next).arg(leaves.size());
    return complaint;
}

QString complaintAboutSeals(const QString &path, bool mayBeBehind)
{
    Database database(DatabaseLocation::parse(path), existing());
    database.run(QStringLiteral("BEGIN")); // one view of both tables
    QString complaint = complaintAboutSeals(database, mayBeBehind);
    database.run(QStringLiteral("ROLLBACK"));
    return complaint;
}

} // namespace andon::test
