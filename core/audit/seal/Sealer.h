// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/seal/EntryLayout.h"
#include "core/audit/seal/SealTable.h"
#include "core/storage/Database.h"

#include <functional>

namespace andon {

/// Puts audit events into the tree, in the order of their ids.
///
/// Who appends says so with `appended`; what it appended is then sealed in its own transaction. A log that cannot be
/// sealed, since its seals are damaged, is still written: a stop must be recorded whatever somebody did to the seals.
/// `verify` finds what is missing.
/// At a server many write side by side, and an older id may appear after a newer one. There nobody seals what it
/// appends: `seal` and `sealAll` do, one sealer at a time, up to the event before which no writer is under way any
/// more. Belongs to the thread of its database, which must outlive it.
class Sealer : public CommitStep
{
public:
    /// `columns` are those of the log.
    Sealer(Database &database, const QStringList &columns);
    ~Sealer() override;

    /// That rows were appended in the transaction that is open: they are sealed before its end, and before them a
    /// backlog of other programs' rows as far as it is short. Throws StorageError where that has ended the transaction.
    void appended(qint64 rows);

    /// Seals at most `limit` events that are not sealed yet. Joins the transaction that is open, or makes one.
    /// Returns how many were sealed: none where another sealer is at it. Throws StorageError; then nothing more of this
    /// call is sealed.
    qint64 seal(qint64 limit);

    /// Seals all that is there, in short transactions, so that nobody waits long for the lock; until `goesOn`, which is
    /// asked between two of them, says false. Returns how many were sealed.
    qint64 sealAll(const std::function<bool()> &goesOn = {});

    /// How many events are not sealed yet; counts up to `most`.
    [[nodiscard]] qint64 countUnsealed(qint64 most);

    [[nodiscard]] SealTable &table() { return m_table; }

private:
    class Line;

    /// Inside a transaction, which goes on where this throws: a nested one that fails would end the outer one too.
    qint64 sealRows(qint64 limit, EventId through);
    /// Up to which event nothing is still to come; nothing where writers are under way.
    [[nodiscard]] std::optional<EventId> settled();
    [[nodiscard]] bool isOnlySealer();
    void sealDue();
    void beforeCommit() override;
    void rolledBack() override;

    Database &m_database;
    SealTable m_table;
    EntryLayout m_layout;
    QString m_unsealed;
    std::string m_entry;
    TreeEdge m_edge; ///< of the tree as this connection saw it last
    qint64 m_due = 0;
    bool m_isToSkip = false;
};

} // namespace andon
