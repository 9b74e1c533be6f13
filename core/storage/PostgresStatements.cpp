// SPDX-License-Identifier: Apache-2.0
#include "core/storage/PostgresStatements.h"

#include "core/storage/PostgresStatement.h"

#include <algorithm>

namespace andon {

namespace {

bool fits(const std::vector<unsigned> &known, const std::vector<unsigned> &types)
{
    return std::equal(known.begin(), known.end(), types.begin(), types.end(),
                      [](unsigned left, unsigned right) { return left == right || right == 0; });
}

} // namespace

PostgresStatements::Entry &PostgresStatements::find(const QString &sql, const std::vector<unsigned> &types)
{
    const QList<Order::iterator> known = m_bySql.value(sql);
    for (const Order::iterator &entry : known) {
        if (fits(entry->types, types)) {
            m_order.splice(m_order.begin(), m_order, entry);
            return *entry;
        }
    }
    if (m_order.size() >= kMost)
        drop(std::prev(m_order.end()));
    m_order.push_front(
        {sql, PostgresStatement::withNumbers(sql), types, "andon" + QByteArray::number(++m_counter), false, false});
    m_bySql[sql].append(m_order.begin());
    return m_order.front();
}

void PostgresStatements::forget(const QString &sql)
{
    const QList<Order::iterator> entries = m_bySql.value(sql);
    for (const Order::iterator &entry : entries)
        drop(entry);
}

QByteArray PostgresStatements::takeForgotten()
{
    return std::exchange(m_forgotten, {});
}

void PostgresStatements::drop(Order::iterator entry)
{
    if (entry->isPrepared)
        m_forgotten += "DEALLOCATE " + entry->name + ';';
    const auto bySql = m_bySql.find(entry->sql);
    bySql->removeOne(entry);
    if (bySql->isEmpty())
        m_bySql.remove(entry->sql);
    m_order.erase(entry);
}

} // namespace andon
