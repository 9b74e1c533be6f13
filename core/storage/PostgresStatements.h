// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

#include <list>
#include <vector>

namespace andon {

/// The statements of one connection: as the server reads them, and which of them it keeps prepared.
///
/// A statement that is executed for the first time is not worth it, which spares what is done once its second round
/// trip. The least used are forgotten, by the server, too.
class PostgresStatements
{
public:
    struct Entry
    {
        QString sql;
        QByteArray text;             ///< as the server reads it
        std::vector<unsigned> types; ///< of its values, 0 for what the server inferred
        QByteArray name;             ///< at the server
        bool wasExecuted = false;
        bool isPrepared = false;
    };

    /// How many are remembered.
    static constexpr std::size_t kMost = 128;

    /// The entry for these types; NULL fits any. Valid until the next call.
    [[nodiscard]] Entry &find(const QString &sql, const std::vector<unsigned> &types);
    /// Forgets what failed: the server may no longer have it, or have planned it for tables that have changed since.
    void forget(const QString &sql);
    /// What the server is to forget, "DEALLOCATE a;DEALLOCATE b;". Empty where there is nothing.
    [[nodiscard]] QByteArray takeForgotten();

private:
    using Order = std::list<Entry>;

    void drop(Order::iterator entry);

    Order m_order; ///< the last used first
    QHash<QString, QList<Order::iterator>> m_bySql;
    QByteArray m_forgotten;
    quint64 m_counter = 0;
};

} // namespace andon
