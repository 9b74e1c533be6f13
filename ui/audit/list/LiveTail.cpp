// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/LiveTail.h"

#include "ui/audit/AuditSource.h"
#include "ui/audit/list/AuditPager.h"

#include <chrono>

namespace andon {

using namespace std::chrono_literals;

LiveTail::LiveTail(AuditSource *source, AuditPager *pager, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_pager(pager)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(100ms);
    connect(&m_timer, &QTimer::timeout, this, &LiveTail::look);
    connect(source, &AuditSource::contentChanged, this, [this] {
        if (!m_timer.isActive())
            m_timer.start();
    });
    connect(pager, &AuditPager::replaced, this, &LiveTail::onPagerMoved);
    connect(pager, &AuditPager::extended, this, &LiveTail::onPagerMoved);
    connect(pager, &AuditPager::failed, this, [this] { m_isTailAsked = false; });
}

void LiveTail::setLive(bool isLive)
{
    m_isLive = isLive;
    followOrCount();
}

void LiveTail::setAtTop(bool isAtTop)
{
    if (m_isAtTop == isAtTop)
        return;
    m_isAtTop = isAtTop;
    followOrCount();
}

bool LiveTail::isFollowing() const
{
    return m_isLive && m_isAtTop && !m_pager->hasAbove() && m_pager->isNewestFirst();
}

void LiveTail::look()
{
    m_extent.ask(m_source->extent(),
                 {
                     .done = [this](const AuditExtent &extent) { onExtent(extent); },
                     .failed = [this](const QString &sentence, const QString &cause) { emit failed(sentence, cause); },
                     .partial = {},
                     .progress = {},
                 });
}

void LiveTail::onExtent(const AuditExtent &extent)
{
    m_newest = extent.newest;
    m_pager->setKnownNewest(extent.newest);
    emit extentChanged(extent);
    followOrCount();
}

void LiveTail::onPagerMoved()
{
    const bool isFarBehind = m_isTailAsked && m_pager->hasAbove();
    m_isTailAsked = false;
    if (isFarBehind && m_isLive && m_isAtTop)
        m_pager->goTop(); // more came than one page: the newest matter
    else
        followOrCount();
}

void LiveTail::followOrCount()
{
    if (!m_pager->hasRows() || m_pager->isSearching())
        return;
    const EventId seen = m_pager->seenThrough();
    if (m_newest <= seen) {
        m_peek.cancel();
        tellUnseen(0, false);
    } else if (isFollowing()) {
        if (!m_pager->isFetching()) {
            m_isTailAsked = true;
            m_pager->followTail();
        }
    } else if (m_pager->filter().isEmpty()) {
        tellUnseen(m_newest.value - seen.value, false);
    } else {
        m_peek.ask(
            m_source->page({m_pager->filter(), AuditPageRequest::Direction::Newer, seen, kMaxCounted, {}, {}, false}),
            {
                .done = [this](const AuditPage &page) { tellUnseen(page.events.size(), !page.reachedEnd); },
                .failed = [this](const QString &sentence, const QString &cause) { emit failed(sentence, cause); },
                .partial = {},
                .progress = {},
            });
    }
}

void LiveTail::tellUnseen(qint64 count, bool isAtLeast)
{
    if (m_unseen == count && m_isUnseenAtLeast == isAtLeast)
        return;
    m_unseen = count;
    m_isUnseenAtLeast = isAtLeast;
    emit unseenChanged(count, isAtLeast);
}

} // namespace andon
