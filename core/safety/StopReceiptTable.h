// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/StopReceipt.h"

#include <QList>
#include <QVariant>

namespace andon {

class Database;
class Statement;

/// The table `andon_stop_receipt`: one row a stop. Its changes join the transaction of what they
/// account for.
class StopReceiptTable
{
public:
    explicit StopReceiptTable(Database &database)
        : m_database(database)
    {
    }

    /// Stores a new stop, with the epoch of its gate and the last proposal that it cancels.
    StopId insert(const StopReceipt &receipt, const QDateTime &committedAt, ProposalId sweepThrough);

    [[nodiscard]] std::optional<StopReceipt> byRequest(const QString &requestUid);
    [[nodiscard]] std::optional<StopReceipt> byId(StopId stop);
    [[nodiscard]] std::optional<StopReceipt> newest();
    /// Stops whose sweep is not finished, oldest first.
    [[nodiscard]] QList<StopReceipt> unfinished();
    [[nodiscard]] ProposalId sweepThrough(StopId stop);

    /// False where there is no such receipt.
    bool setHooks(const QString &requestUid, const QList<HookOutcome> &hooks);
    void addCancelled(StopId stop, qint64 count);
    void setCommittedUs(StopId stop, std::optional<qint64> committedUs);
    void complete(const StopReceipt &receipt, const QDateTime &completedAt);
    void markReset(StopId stop, const QString &by, const QString &reason, const QDateTime &at);

private:
    [[nodiscard]] std::optional<StopReceipt> first(const QString &condition, const QVariantList &values);
    [[nodiscard]] static StopReceipt read(const Statement &row);

    Database &m_database;
};

} // namespace andon
