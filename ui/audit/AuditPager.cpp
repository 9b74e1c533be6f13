// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditPager.h"

#include "ui/audit/AuditSource.h"
#include "ui/audit/AuditTableModel.h"

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
    return {m_filter, direction, from, kPageSize};
}

void AuditPager::search(const AuditFilter &filter)
{
    jump({{filter, Direction::Older, {}, kPageSize}, Place::Newest});
}

void AuditPager::goNewest()
{
    jump({request(Direction::Older, {}), Place::Newest});
}

void AuditPager::goOldest()
{
    jump({request(Direction::Newer, {}), Place::Oldest});
}

void AuditPager::goTo(EventId id)
{
    jump({request(Direction::Older, id.next()), Place::First});
}

void AuditPager::fetchOlder()
{
    if (m_hasOlder && !m_page.isAsking() && !m_hasFailed)
        ask(Purpose::Older, request(Direction::Older, m_model->oldest()));
}

void AuditPager::fetchNewer()
{
    if (m_hasNewer && !m_page.isAsking() && !m_hasFailed)
        ask(Purpose::Newer, request(Direction::Newer, m_model->newest()));
}

void AuditPager::followTail()
{
    if (m_hasRows && !m_hasNewer && !m_page.isAsking())
        ask(Purpose::Newer, request(Direction::Newer, m_seenThrough));
}

void AuditPager::cancel()
{
    if (!isSearching())
        return;
    m_page.cancel();
    emit searchingChanged(false);
}

void AuditPager::retry()
{
    if (m_hasFailed && m_hasRows && m_purpose != Purpose::Replace) {
        m_hasFailed = false;
        emit extended(); // whoever looks at the edges asks again
        return;
    }
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
    m_knownNewestWhenAsked = m_knownNewest;
    m_page.ask(m_source->page(request),
               {
                   .done = [this](const AuditPage &page) { take(page); },
                   .failed = [this](const QString &sentence, const QString &cause) { fail(sentence, cause); },
                   .partial = {},
                   .progress =
                       [this](qint64 done, qint64 total) {
                           if (isSearching())
                               emit progressed(done, total);
                       },
               });
    if (isSearching() != wasSearching)
        emit searchingChanged(isSearching());
}

void AuditPager::take(const AuditPage &page)
{
    switch (m_purpose) {
    case Purpose::Replace:
        return takeReplacement(page);
    case Purpose::Older:
        return takeOlder(page);
    case Purpose::Newer:
        return takeNewer(page);
    }
}

void AuditPager::takeReplacement(const AuditPage &page)
{
    if (page.events.isEmpty() && m_jump.place == Place::First)
        return goOldest(); // nothing that old: the end is the nearest

    const bool isFromEnd = !m_jump.request.from.isValid();
    m_filter = m_jump.request.filter;
    m_hasRows = true;
    if (m_jump.request.direction == Direction::Older) {
        m_hasNewer = !isFromEnd;
        m_hasOlder = !page.reachedEnd;
    } else {
        m_hasNewer = !page.reachedEnd;
        m_hasOlder = !isFromEnd;
    }
    m_model->replace(page.events);
    if (!m_hasNewer)
        m_seenThrough = std::max(m_knownNewestWhenAsked, m_model->newest());
    emit replaced(m_jump.place);
    if (!isSearching())
        emit searchingChanged(false);
}

void AuditPager::takeOlder(const AuditPage &page)
{
    m_hasOlder = !page.reachedEnd;
    if (m_model->addOlder(page.events))
        m_hasNewer = true;
    emit extended();
}

void AuditPager::takeNewer(const AuditPage &page)
{
    m_hasNewer = !page.reachedEnd;
    if (m_model->addNewer(page.events))
        m_hasOlder = true;
    m_seenThrough = std::max(m_seenThrough, m_model->newest());
    if (!m_hasNewer)
        m_seenThrough = std::max(m_seenThrough, m_knownNewestWhenAsked);
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
