// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"
#include "core/actions/ActionProposal.h"

#include <QHash>
#include <QList>
#include <QString>

namespace andon {

class Database;
struct AgentTables;

/// What is written to `action_proposals`, with the statements put together once: an agent that lives fast
/// writes thousands of rows a second. Its calls join the transaction of the event that accounts for them.
class ProposalStatements
{
public:
    /// Both must outlive this.
    ProposalStatements(Database &database, const AgentTables &tables);

    /// `parameters` is JSON as text, `now` a time as these tables write it.
    ProposalId insert(const ActionRequest &request, const QString &parameters, const QString &now);

    /// Sets the status; also `timeColumn` to now, and the last error, where they are not empty.
    void setStatus(ProposalId id, ActionStatus status, const QString &timeColumn, const QString &error,
                   const QString &now);

private:
    /// A statement, and which of the values it takes: those that the table has columns for.
    struct Made
    {
        QString sql;
        QList<qsizetype> taken;
    };

    [[nodiscard]] Made makeInsert(bool hasAgent, bool hasTicket) const;
    [[nodiscard]] Made makeUpdate(const QString &timeColumn, bool hasError) const;

    Database &m_database;
    const AgentTables &m_tables;
    QHash<QString, Made> m_made; ///< by what makes the difference
};

} // namespace andon
