// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/actions/Approval.h"

#include <QList>
#include <QVariant>

namespace andon {

class Database;

/// The table `andon_approval`: one row for each action that must be approved. Its changes join the transaction of
/// the event that accounts for them. Times in it are UTC in one form, since the gate's trigger compares them as text.
class ApprovalTable
{
public:
    explicit ApprovalTable(Database &database)
        : m_database(database)
    {
    }

    void ask(ProposalId proposal, const QDateTime &now, const QDateTime &expiresAt);
    void decide(const Approval &approval);

    [[nodiscard]] std::optional<Approval> find(ProposalId proposal);
    /// Questions that nobody has answered and whose time is over.
    [[nodiscard]] QList<ProposalId> unanswered(const QDateTime &now);

    /// Pending actions without a question; the first thousand.
    [[nodiscard]] QList<ProposalId> unasked();

private:
    [[nodiscard]] QList<ProposalId> select(const QString &sql, const QVariantList &values);

    Database &m_database;
};

} // namespace andon
