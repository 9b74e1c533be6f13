// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/PageCache.h"

#include <memory>
#include <numeric>

namespace andon {

namespace {

/// A page of very large events is not worth the room of many others.
constexpr qsizetype kMostOfOne = PageCache::kMaxBytes / 8;

qsizetype sizeOf(const AuditPage &page)
{
    constexpr qsizetype kEvent = 256;
    return std::accumulate(page.events.begin(), page.events.end(), qsizetype(0),
                           [](qsizetype sum, const AuditEvent &event) {
                               return sum + kEvent + event.eventData.size() * qsizetype(sizeof(QChar));
                           });
}

} // namespace

PageCache::PageCache()
    : m_pages(kMaxBytes)
{
}

QString PageCache::keyOf(const AuditPageRequest &request)
{
    return QStringLiteral("%1 %2 %3 %4 %5 ")
               .arg(int(request.direction))
               .arg(request.from.value)
               .arg(request.limit)
               .arg(int(request.includesFrom))
               .arg(int(request.order.isAscending))
        + request.filter.key();
}

std::optional<AuditPage> PageCache::find(const AuditPageRequest &request) const
{
    const AuditPage *known = m_pages.object(keyOf(request));
    return known ? std::optional(*known) : std::nullopt;
}

void PageCache::keep(const AuditPageRequest &request, const AuditPage &page)
{
    const bool isFinal = request.order.by == AuditOrder::By::Log && request.from.isValid() && !page.reachedEnd
        && !page.awaitsScan && page.events.size() == request.limit;
    const qsizetype size = sizeOf(page);
    if (isFinal && size <= kMostOfOne)
        m_pages.insert(keyOf(request), std::make_unique<AuditPage>(page).release(), size);
}

} // namespace andon
