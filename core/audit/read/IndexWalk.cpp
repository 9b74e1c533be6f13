// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/IndexWalk.h"

#include "core/storage/Database.h"

#include <QElapsedTimer>

namespace andon {

namespace {

constexpr qint64 kStatementMs = 8;
constexpr int kRowsBetweenLooks = 64; ///< at the clock

} // namespace

IndexWalk::IndexWalk(Database &database, QString column, bool isDescending)
    : m_database(database)
    , m_column(std::move(column))
    , m_isDescending(isDescending)
    , m_part(isDescending ? Part::Beyond : Part::Null)
    , m_batch(database.engine())
{
}

void IndexWalk::startAt(EventId event, bool isIncluded)
{
    const QVariant isNull = m_database.scalar(
        QStringLiteral("SELECT %1 IS NULL FROM action_audit_log WHERE id = ?").arg(m_column), {event.value});
    if (!isNull.isValid())
        return;
    m_last = event.value;
    m_isLastNull = isNull.toBool();
    m_isLastIncluded = isIncluded;
    m_part = Part::Equal;
}

void IndexWalk::select(const QString &columns, const QVariantList &values)
{
    m_select = columns;
    m_selectValues = values;
}

IndexWalk::Part IndexWalk::after(Part part) const
{
    switch (part) {
    case Part::Equal:
        if (!m_isLastNull)
            return Part::Beyond;
        return m_isDescending ? Part::Done : Part::Beyond;
    case Part::Beyond:
        return m_isDescending ? Part::Null : Part::Done;
    case Part::Null:
        return m_isDescending ? Part::Done : Part::Beyond;
    case Part::Done:
        break;
    }
    return Part::Done;
}

bool IndexWalk::step(const std::function<bool(const StoredRow &)> &visit)
{
    if (m_part == Part::Done)
        return false;
    const QString order = m_isDescending ? QStringLiteral("DESC") : QStringLiteral("ASC");
    const QString side = m_isDescending ? QStringLiteral("<") : QStringLiteral(">");
    const QString last = QStringLiteral("(SELECT %1 FROM action_audit_log WHERE id = ?)").arg(m_column);
    QString where;
    QVariantList values = m_selectValues;
    switch (m_part) {
    case Part::Equal:
        where = m_isLastNull ? QStringLiteral("%1 IS NULL").arg(m_column) : m_column + QStringLiteral(" = ") + last;
        where += QStringLiteral(" AND id %1%2 ?").arg(side, m_isLastIncluded ? QStringLiteral("=") : QString());
        if (!m_isLastNull)
            values << *m_last;
        values << *m_last;
        break;
    case Part::Beyond:
        if (m_last && !m_isLastNull) {
            where = QStringLiteral("%1 %2 %3").arg(m_column, side, last);
            values << *m_last;
        } else {
            where = QStringLiteral("%1 IS NOT NULL").arg(m_column);
        }
        break;
    default:
        where = QStringLiteral("%1 IS NULL").arg(m_column);
        break;
    }
    QElapsedTimer timer;
    timer.start();
    int visited = 0;
    bool isEnded = false;
    // Also by the column where that is settled: it is the index's order, and PostgreSQL does not see that NULL settles
    // it.
    const QString sql = QStringLiteral("SELECT id, %1, %2 FROM action_audit_log WHERE ").arg(m_column, m_select) + where
        + QStringLiteral(" ORDER BY %1 %2, id %2 LIMIT ?").arg(m_column, order);
    values << m_batch.limit();
    m_batch.begin();
    m_database.visit(sql, values, [&](const StoredRow &row) {
        const qint64 id = row.integer(0);
        const bool isLate = ++visited % kRowsBetweenLooks == 0 && timer.elapsed() >= kStatementMs;
        isEnded = !m_batch.add(visit(row) && !isLate);
        if (isEnded) {
            m_last = id;
            m_isLastIncluded = false;
            m_isLastNull = row.isNull(1);
        }
        return !isEnded;
    });
    m_part = isEnded ? Part::Equal : after(m_part);
    return m_part != Part::Done;
}

} // namespace andon
