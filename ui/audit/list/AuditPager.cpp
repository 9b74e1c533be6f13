// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/AuditPager.h"

#include "core/audit/read/ScanFindings.h"
#include "ui/audit/AuditSource.h"
#include "ui/audit/list/AuditTableModel.h"

#include <algorithm>

namespace andon {

using Direction = AuditPageRequest::Direction;

AuditPager::AuditPager(AuditSource *source, AuditTableModel *model, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_model(model)
{
}

AuditPageRequest AuditPager::request(Direction direction, EventId from) const
{
    return {m_filter, direction, from, kPageSize, m_order, m_findings};
}

void AuditPager::search(const AuditFilter &filter, const Findings &findings)
{
    jump({{filter, Direction::Older, {}, kPageSize, m_jump.request.order, findings}, Place::Top, findings});
}

void AuditPager::sort(const AuditOrder &order)
{
    AuditPageRequest wanted = m_jump.request;
    wanted.direction = Direction::Older;
    wanted.from = {};
    wanted.order = order;
    jump({wanted, Place::Top, m_jump.findings});
}

void AuditPager::goTop()
{
    jump({request(Direction::Older, {}), Place::Top, m_findings});
}

void AuditPager::goBottom()
{
    jump({request(Direction::Newer, {}), Place::Bottom, m_findings});
}

void AuditPager::goTo(EventId id)
{
    AuditPageRequest wanted = request(Direction::Older, id);
    wanted.includesFrom = true;
    jump({wanted, Place::First, m_findings});
}

void AuditPager::fetchBelow()
{
    if (m_hasBelow && !m_page.isAsking() && !m_hasFailed && !m_awaitsScan)
        ask(Purpose::Below, request(Direction::Older, m_model->last()));
}

void AuditPager::fetchAbove()
{
    if (m_hasAbove && !m_page.isAsking() && !m_hasFailed)
        ask(Purpose::Above, request(Direction::Newer, m_model->first()));
}

void AuditPager::followTail()
{
    if (m_hasRows && !m_hasAbove && !m_page.isAsking() && isNewestFirst())
        ask(Purpose::Above, request(Direction::Newer, m_seenThrough));
}

void AuditPager::onScanned()
{
    const Findings &findings = m_purpose == Purpose::Replace ? m_jump.findings : m_findings;
    if (!m_awaitsScan || m_page.isAsking() || !findings)
        return;
    const ScanFindings::Summary now = findings->summary();
    if (now.found <= m_foundWhenAsked && !now.isWhole)
        return;
    m_awaitsScan = false;
    if (m_purpose == Purpose::Replace)
        ask(Purpose::Replace, m_jump.request);
    else
        emit extended(); // whoever looks at the edges asks again
}

void AuditPager::cancel()
{
    if (!isSearching())
        return;
    m_page.cancel();
    m_awaitsScan = false;
    emit searchingChanged(false);
}

void AuditPager::retry(const Findings &findings)
{
    if (hasFailedAtEdge()) {
        m_hasFailed = false;
        emit extended();
        return;
    }
    m_jump.findings = findings;
    m_jump.request.findings = findings;
    jump(m_jump);
}

void AuditPager::jump(const Jump &jump)
{
    m_jump = jump;
    ask(Purpose::Replace, jump.request);
}

void AuditPager::ask(Purpose purpose, const AuditPageRequest &request)
{
    const bool wasSearching = isSearching();
    m_purpose = purpose;
    m_hasFailed = false;
    m_awaitsScan = false;
    m_knownNewestWhenAsked = m_knownNewest;
    m_foundWhenAsked = request.findings ? request.findings->summary().found : 0;
    m_asked = request;
    m_share = -1;
    const std::optional<AuditPage> known = m_cache.find(request);
    m_page.ask(known ? QtFuture::makeReadyFuture(*known) : m_source->page(request),
               {
                   .done = [this](const AuditPage &page) { take(page); },
                   .failed = [this](const QString &sentence, const QString &cause) { fail(sentence, cause); },
                   .partial = {},
                   .progress =
                       [this](qint64 done, qint64 total) {
                           m_share = total > 0 ? double(done) / double(total) : -1;
                           if (isSearching())
                               emit progressed(done, total);
                       },
               });
    if (isSearching() != wasSearching)
        emit searchingChanged(isSearching());
}

void AuditPager::take(const AuditPage &page)
{
    m_cache.keep(m_asked, page);
    switch (m_purpose) {
    case Purpose::Replace:
        return takeReplacement(page);
    case Purpose::Below:
        return takeBelow(page);
    case Purpose::Above:
        return takeAbove(page);
    }
}

void AuditPager::takeReplacement(const AuditPage &page)
{
    if (page.events.isEmpty() && page.awaitsScan) {
        m_awaitsScan = true;
        onScanned(); // it may have gone on meanwhile
        return;
    }
    if (page.events.isEmpty() && m_jump.place == Place::First)
        return goBottom(); // nothing that far down: the end is the nearest

    const bool isFromEnd = !m_jump.request.from.isValid();
    m_filter = m_jump.request.filter;
    m_order = m_jump.request.order;
    m_findings = m_jump.findings;
    m_hasRows = true;
    if (m_jump.request.direction == Direction::Older) {
        m_hasAbove = !isFromEnd;
        m_hasBelow = !page.reachedEnd;
    } else {
        m_hasAbove = !page.reachedEnd;
        m_hasBelow = !isFromEnd;
    }
    m_model->replace(page.events, m_order);
    if (!isNewestFirst())
        m_seenThrough = m_knownNewestWhenAsked;
    else if (!m_hasAbove)
        m_seenThrough = std::max(m_knownNewestWhenAsked, m_model->first());
    m_awaitsScan = page.awaitsScan;
    m_purpose = m_awaitsScan ? Purpose::Below : m_purpose;
    emit replaced(m_jump.place);
    if (!isSearching())
        emit searchingChanged(false);
    onScanned();
}

void AuditPager::takeBelow(const AuditPage &page)
{
    m_hasBelow = !page.reachedEnd;
    m_awaitsScan = page.awaitsScan;
    if (m_model->addBelow(page.events))
        m_hasAbove = true;
    emit extended();
    onScanned();
}

void AuditPager::takeAbove(const AuditPage &page)
{
    m_hasAbove = !page.reachedEnd;
    if (m_model->addAbove(page.events))
        m_hasBelow = true;
    if (isNewestFirst()) {
        m_seenThrough = std::max(m_seenThrough, m_model->first());
        if (!m_hasAbove)
            m_seenThrough = std::max(m_seenThrough, m_knownNewestWhenAsked);
    }
    emit extended();
}

void AuditPager::fail(const QString &sentence, const QString &cause)
{
    m_hasFailed = true;
    if (m_purpose == Purpose::Replace)
        emit searchingChanged(false);
    emit failed(sentence, cause);
}

} // namespace andon
