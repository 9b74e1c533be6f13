// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/audit/note/TlogProof.h"
#include "core/audit/seal/EntryLayout.h"
#include "core/audit/seal/SealTable.h"

#include <QJsonObject>

#include <map>
#include <optional>

namespace andon {

class Database;

/// Proves of events of the log that they stand in a tree that was signed: O(log n) reads an event.
///
/// Belongs to the thread of its database. Failures of the database are StorageErrors.
class EventProver
{
public:
    explicit EventProver(Database &database);

    /// A checkpoint, as a note and as what it says.
    struct SignedTree
    {
        QByteArray note;
        Checkpoint checkpoint;

        /// Who has signed it is not looked at. Throws NoteError (Malformed).
        static SignedTree parse(const QByteArray &note);
    };
    /// The newest checkpoint of the database that is of more than `entries` entries; nothing where there is none.
    [[nodiscard]] std::optional<SignedTree> newestTree(qint64 entries = 0);

    /// An event as it stands in the log now.
    struct Event
    {
        EventId id;
        QJsonObject entry; ///< EntryLayout::toJson
        TreeHash leaf{};
        std::optional<qint64> index; ///< of the entry in the tree; nothing where it is not sealed yet
    };
    /// Throws NotFoundError.
    [[nodiscard]] Event find(EventId id);

    /// The proof that the event stands in this tree, checked. Throws an Error where it is newer than the tree, and
    /// where the event or the seals are no longer what the tree was made of.
    [[nodiscard]] TlogProof prove(const Event &event, const SignedTree &tree);

private:
    /// Keeps nodes that were read: neighbours share most of theirs.
    class Nodes : public NodeSource
    {
    public:
        explicit Nodes(SealTable &table)
            : m_table(table)
        {
        }
        [[nodiscard]] TreeHash node(int level, qint64 index) override;

    private:
        SealTable &m_table;
        std::map<std::pair<int, qint64>, TreeHash> m_known;
    };

    Database &m_database;
    EntryLayout m_layout;
    SealTable m_table;
    Nodes m_nodes;
    QString m_select;
};

} // namespace andon
