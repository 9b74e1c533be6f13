// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/proof/EventProver.h"

#include <string>

namespace andon {

/// What an export with proofs adds to each line of JSON Lines: the event as an entry, and the proof that it stands in
/// the tree of the newest checkpoint.
///
/// Belongs to the thread of its database.
class ProofFields
{
public:
    inline static const QString kEntry = QStringLiteral("entry");
    inline static const QString kProof = QStringLiteral("proof");

    /// Throws an Error where the database has no checkpoint.
    explicit ProofFields(Database &database);

    /// Appends `,"entry":{…},"proof":"…"` to a line that is not closed yet. An event that is newer than the checkpoint
    /// has `null` for a proof. Throws an Error where an event is no longer what was sealed: such a log is not to be
    /// exported as proven.
    void append(EventId event, std::string &line);

    [[nodiscard]] qint64 proven() const { return m_proven; }
    /// How many were newer than the checkpoint.
    [[nodiscard]] qint64 newer() const { return m_newer; }
    [[nodiscard]] const Checkpoint &checkpoint() const { return m_tree.checkpoint; }

private:
    EventProver m_prover;
    EventProver::SignedTree m_tree;
    qint64 m_proven = 0;
    qint64 m_newer = 0;
};

} // namespace andon
