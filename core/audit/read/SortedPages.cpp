// SPDX-License-Identifier: Apache-2.0
#include "core/audit/read/SortedPages.h"

#include "core/audit/AuditRow.h"
#include "core/audit/read/IndexWalk.h"
#include "core/storage/Database.h"

#include <algorithm>

namespace andon {

SortedPages::SortedPages(Database &database, AuditQuery query, TimestampStyle style)
    : m_database(database)
    , m_query(std::move(query))
    , m_style(style)
{
}

QString SortedPages::columnOf(AuditOrder::By by)
{
    switch (by) {
    case AuditOrder::By::Time:
        return QStringLiteral("timestamp");
    case AuditOrder::By::Type:
        return QStringLiteral("event_type");
    case AuditOrder::By::Proposal:
        return QStringLiteral("proposal_id");
    case AuditOrder::By::Actor:
        return QStringLiteral("actor");
    case AuditOrder::By::Log:
        break;
    }
    return {};
}

AuditPage SortedPages::page(const AuditPageRequest &request, const Progress &progress)
{
    constexpr int kFirst = 2; // behind the id and the column
    constexpr int kHit = kFirst + 6;
    const bool isDown = request.direction == AuditPageRequest::Direction::Older;
    IndexWalk walk(m_database, columnOf(request.order.by), isDown != request.order.isAscending);
    if (request.from.isValid())
        walk.startAt(request.from, request.includesFrom);
    const QString hit = m_query.condition.isEmpty() ? QStringLiteral("1") : m_query.condition;
    walk.select(AuditRow::kColumns + QStringLiteral(", (") + hit + u')', m_query.values);

    AuditPage page;
    page.through = request.from;
    qint64 bytes = 0;
    qint64 looked = 0;
    bool isFull = request.limit <= 0;
    bool hasMore = true;
    while (!isFull && hasMore) {
        hasMore = walk.step([&](const StoredRow &row) {
            ++looked;
            const EventId id(row.integer(0));
            if (!id.isValid())
                return true;
            page.through = id;
            if (row.integer(kHit) == 0)
                return true;
            page.events << AuditRow::read(row, kFirst, m_style);
            bytes += page.events.constLast().eventData.size() * static_cast<qint64>(sizeof(QChar));
            isFull = page.events.size() >= request.limit || bytes >= AuditPage::kMaxBytes;
            return !isFull;
        });
        if (!isFull && progress && !progress(looked, 0))
            break;
    }
    page.reachedEnd = !hasMore;
    if (!isDown)
        std::reverse(page.events.begin(), page.events.end());
    return page;
}

QList<AuditAnchor> SortedPages::anchors(AuditOrder order, qint64 distance, const Progress &progress)
{
    QList<AuditAnchor> anchors;
    IndexWalk walk(m_database, columnOf(order.by), !order.isAscending);
    walk.select(QStringLiteral("1"), {});
    qint64 passed = 0;
    while (walk.step([&](const StoredRow &row) {
        if (passed++ % distance == 0)
            anchors << AuditAnchor{row.value(1), EventId(row.integer(0))};
        return true;
    })) {
        if (progress && !progress(passed, 0))
            break;
    }
    return anchors;
}

} // namespace andon
