// SPDX-License-Identifier: Apache-2.0
#include "core/audit/proof/EventProver.h"

#include "core/audit/seal/MerkleProof.h"
#include "core/storage/Database.h"

namespace andon {

namespace {

constexpr std::size_t kMostNodesKept = 4096;

const QString kNewest = QStringLiteral(
    "SELECT note FROM andon_checkpoint WHERE tree_size > ? ORDER BY id DESC LIMIT 1");

} // namespace

EventProver::EventProver(Database &database)
    : m_database(database)
    , m_layout(EntryLayout::of(database))
    , m_table(database)
    , m_nodes(m_table)
    , m_select(QStringLiteral("SELECT %1 FROM action_audit_log WHERE id = ?").arg(m_layout.selectList()))
{
}

EventProver::SignedTree EventProver::SignedTree::parse(const QByteArray &note)
{
    return {note, Checkpoint::parse(SignedNote::parse(note).text())};
}

std::optional<EventProver::SignedTree> EventProver::newestTree(qint64 entries)
{
    const QVariant note = m_database.scalar(kNewest, {entries});
    return note.isNull() ? std::nullopt : std::optional(SignedTree::parse(note.toString().toUtf8()));
}

EventProver::Event EventProver::find(EventId id)
{
    std::optional<Event> event;
    m_database.visit(m_select, {id.value}, [&](const StoredRow &row) {
        std::string entry;
        m_layout.serialise(row, entry);
        event = {id, m_layout.toJson(row), leafHash(entry), {}};
        return false;
    });
    if (!event)
        throw NotFoundError(QStringLiteral("There is no event %1.").arg(id.toString()));
    event->index = m_table.leafOf(id);
    return *event;
}

TlogProof EventProver::prove(const Event &event, const SignedTree &tree)
{
    const Checkpoint &checkpoint = tree.checkpoint;
    if (!event.index || *event.index >= checkpoint.size)
        throw Error(QStringLiteral("Event %1 is newer than the checkpoint of %2 entries. Run `andonctl checkpoint` "
                                   "first, which signs the log as it is now.")
                        .arg(event.id.toString())
                        .arg(checkpoint.size));
    if (checkpoint.size > m_table.size())
        throw Error(
            QStringLiteral("The checkpoint is of %1 entries, and the log has %2 that are sealed: one of the two "
                           "is another log, or the log was cut. `andonctl verify` says more.")
                .arg(checkpoint.size)
                .arg(m_table.size()));
    TlogProof proof;
    proof.index = *event.index;
    proof.hashes = MerkleTree(m_nodes).inclusionProof(proof.index, checkpoint.size);
    proof.checkpoint = tree.note;
    if (!isIncluded(event.leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root))
        throw Error(
            QStringLiteral("Event %1 is not in the tree of the checkpoint: the event or the seals were changed, "
                           "or the checkpoint is another log's. `andonctl verify` says more.")
                .arg(event.id.toString()));
    return proof;
}

TreeHash EventProver::Nodes::node(int level, qint64 index)
{
    const auto place = std::make_pair(level, index);
    const auto known = m_known.find(place);
    if (known != m_known.end())
        return known->second;
    if (m_known.size() >= kMostNodesKept)
        m_known.clear();
    return m_known.emplace(place, m_table.node(level, index)).first->second;
}

} // namespace andon
