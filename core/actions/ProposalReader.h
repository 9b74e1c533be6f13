// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/ActionProposal.h"
#include "core/gate/StopScope.h"

#include <QList>

namespace andon {

class Database;
class Statement;
struct AgentTables;

/// Reads `action_proposals`, with what Andon's own tables know of an action: its approval and its guard.
/// Belongs to the thread of its database. Throws StorageError where the database fails.
class ProposalReader
{
public:
    /// Both must outlive this.
    ProposalReader(Database &database, const AgentTables &tables)
        : m_database(database)
        , m_tables(tables)
    {
    }

    /// Throws NotFoundError.
    [[nodiscard]] ActionProposal get(ProposalId id);
    /// Newest first, ids below `before` where it is valid, `limit` at most.
    [[nodiscard]] QList<ActionProposal> list(const QList<ActionStatus> &statuses, int limit, ProposalId before = {});

    /// As stored. Throws NotFoundError.
    [[nodiscard]] QString statusOf(ProposalId id);
    /// Who wants to take it, and what it is. Throws NotFoundError.
    [[nodiscard]] ActionIdentity identityOf(ProposalId id);

    /// The greatest id so far; 0 where there is no proposal.
    [[nodiscard]] ProposalId newest();
    [[nodiscard]] qint64 countPending();
    [[nodiscard]] qint64 countExecuting();
    /// Those that a stop of this width finds running.
    [[nodiscard]] qint64 countExecuting(const StopScope &scope);

    /// ` AND …` with its value, for the actions of a scope; nothing for everything.
    struct Condition
    {
        QString sql;
        QVariantList values;
    };
    [[nodiscard]] Condition within(const StopScope &scope) const;

private:
    [[nodiscard]] QString selectClause();
    [[nodiscard]] ActionProposal readRow(const Statement &row) const;

    Database &m_database;
    const AgentTables &m_tables;
    QString m_selectClause; ///< made once
};

} // namespace andon
