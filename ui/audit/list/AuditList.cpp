// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/AuditList.h"

#include "ui/Theme.h"
#include "ui/audit/AuditSource.h"
#include "ui/audit/list/AuditScrollBar.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/FilterScan.h"
#include "ui/audit/list/GoToBar.h"
#include "ui/audit/list/LiveTail.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace andon {

namespace {

/// So many marks lead through an order: a scroll bar has not many more places.
constexpr qint64 kAnchors = 1000;

} // namespace

AuditList::AuditList(AuditSource *source, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_model(new AuditTableModel(this))
    , m_pager(new AuditPager(source, m_model, this))
    , m_scan(new FilterScan(source, this))
    , m_tail(new LiveTail(source, m_pager, this))
{
    build();
    connectPager();
    connectTable();
    connectTail();
    showRowsOrMessage();
}

void AuditList::build()
{
    auto *rows = new QWidget(this);
    m_table = new AuditTable(m_model, rows);
    m_scrollBar = new AuditScrollBar(m_table, m_pager, rows);
    m_goTo = new GoToBar(rows);
    auto *line = new QHBoxLayout(rows);
    line->setContentsMargins({});
    line->setSpacing(0);
    line->addWidget(m_table, 1);
    line->addWidget(m_scrollBar);

    auto *page = new QFrame(this);
    page->setFrameStyle(QFrame::StyledPanel | QFrame::Sunken);
    page->setBackgroundRole(QPalette::Base);
    page->setAutoFillBackground(true);
    m_message = new QLabel(page);
    m_message->setObjectName(QStringLiteral("auditMessage"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setAlignment(Qt::AlignCenter);
    m_retry = new QPushButton(tr("Retry"), page);
    m_retry->setObjectName(QStringLiteral("auditRetryButton"));
    m_retry->setAccessibleName(tr("Read the log again"));
    auto *column = new QVBoxLayout(page);
    column->setSpacing(Theme::kGrid * 2);
    column->addStretch(1);
    column->addWidget(m_message);
    column->addWidget(m_retry, 0, Qt::AlignHCenter);
    column->addStretch(1);

    m_stack = new QStackedWidget(this);
    m_stack->addWidget(rows);
    m_stack->addWidget(page);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
}

void AuditList::connectPager()
{
    connect(m_pager, &AuditPager::replaced, this, &AuditList::onReplaced);
    connect(m_pager, &AuditPager::extended, this, &AuditList::onExtended);
    connect(m_pager, &AuditPager::searchingChanged, this, &AuditList::showRowsOrMessage);
    connect(m_pager, &AuditPager::searchingChanged, this, &AuditList::changed);
    connect(m_pager, &AuditPager::progressed, this, &AuditList::changed);
    connect(m_pager, &AuditPager::failed, this, &AuditList::onPageFailed);
    connect(m_scan, &FilterScan::changed, this, &AuditList::onScanned);
    connect(m_scan, &FilterScan::failed, this, &AuditList::onScanFailed);
    connect(m_source, &AuditSource::becameReadable, this, [this] {
        if (m_hasBegun && !m_problem.isEmpty())
            retry();
    });
    connect(m_source, &AuditSource::contentChanged, this, [this] {
        if (m_hasBegun && !m_problem.isEmpty() && !m_pager->isFetching())
            retry(); // what is written can be read
    });
    connect(m_retry, &QPushButton::clicked, this, &AuditList::retry);
}

void AuditList::connectTable()
{
    connect(m_table, &AuditTable::topRequested, this, &AuditList::goTop);
    connect(m_table, &AuditTable::bottomRequested, this, &AuditList::goBottom);
    connect(m_table, &AuditTable::viewMoved, this, &AuditList::onViewMoved);
    connect(m_table, &AuditTable::currentEventChanged, this, &AuditList::currentEventChanged);
    connect(m_table, &AuditTable::eventActivated, this, &AuditList::eventActivated);
    connect(m_table, &AuditTable::orderRequested, this, &AuditList::sort);
    connect(m_table, &AuditTable::goToRequested, m_goTo, &GoToBar::start);
    connect(m_goTo, &GoToBar::requested, this, &AuditList::locate);
    connect(m_scrollBar, &AuditScrollBar::topRequested, this, &AuditList::goTop);
    connect(m_scrollBar, &AuditScrollBar::bottomRequested, this, &AuditList::goBottom);
    connect(m_scrollBar, &AuditScrollBar::eventRequested, this, &AuditList::goTo);
}

void AuditList::connectTail()
{
    connect(m_tail, &LiveTail::extentChanged, this, [this](const AuditExtent &extent) {
        m_extent = extent;
        m_scrollBar->setExtent(extent);
        m_scan->setNewest(extent.newest);
    });
    connect(m_tail, &LiveTail::unseenChanged, this, &AuditList::unseenChanged);
    connect(m_tail, &LiveTail::failed, this, &AuditList::failed);
}

const AuditFilter &AuditList::filter() const
{
    return m_pager->filter();
}

bool AuditList::hasEvents() const
{
    return m_pager->hasRows() && m_model->rowCount() > 0;
}

void AuditList::begin()
{
    if (m_hasBegun)
        return;
    m_hasBegun = true;
    m_tail->look();
}

void AuditList::search(const AuditFilter &filter)
{
    emit noticed({}, false);
    begin();
    m_scan->start(filter);
    m_pager->search(filter, m_scan->findings());
}

void AuditList::retry()
{
    m_scan->start(m_pager->wantedFilter());
    m_pager->retry(m_scan->findings());
}

bool AuditList::cancel()
{
    const bool wasSearching = m_pager->isSearching();
    const bool wasScanning = m_scan->isScanning();
    m_pager->cancel();
    m_scan->cancel();
    if (wasSearching && m_pager->hasRows()) {
        m_scan->start(m_pager->filter());
        emit noticed(tr("Search cancelled. The events of the filter before are shown."), true);
    } else if (wasScanning && m_scan->isInterrupted()) {
        emit noticed(tr("Scan cancelled. What it had found is shown."), true);
    }
    return wasSearching || wasScanning;
}

void AuditList::goTop()
{
    if (m_pager->hasAbove() || !m_tail->isFollowing())
        m_pager->goTop();
    else
        m_table->showTop();
}

void AuditList::goBottom()
{
    if (m_pager->hasBelow())
        m_pager->goBottom();
    else
        m_table->showBottom();
}

void AuditList::goTo(EventId id)
{
    const bool isHere = m_model->order().by == AuditOrder::By::Log
        ? id <= std::max(m_model->first(), m_model->last()) && id >= std::min(m_model->first(), m_model->last())
        : m_model->rowOf(id) >= 0;
    if (isHere)
        m_table->showFirst(m_model->lowerRow(id));
    else
        m_pager->goTo(id);
}

void AuditList::setLive(bool isLive)
{
    m_tail->setLive(isLive);
    m_table->setFollowsTop(m_tail->isFollowing());
    if (isLive && !m_table->isAtTop())
        m_pager->goTop();
}

void AuditList::setSeals(const SealCover &seals)
{
    m_model->setSeals(seals);
}

void AuditList::sort(const AuditOrder &order)
{
    emit noticed({}, false);
    m_pager->sort(order);
}

void AuditList::fetchAnchors()
{
    m_scrollBar->setOrder(m_pager->order(), {});
    if (m_pager->order().by == AuditOrder::By::Log)
        return m_anchors.cancel();
    const qint64 span = m_extent.newest.value - m_extent.oldest.value;
    m_anchors.ask(
        m_source->anchors(m_pager->order(), std::max<qint64>(1, span / kAnchors)),
        {
            .done = [this](const QList<AuditAnchor> &anchors) { m_scrollBar->setOrder(m_pager->order(), anchors); },
            .failed = [this](const QString &sentence, const QString &cause) { emit failed(sentence, cause); },
            .partial = {},
            .progress = {},
        });
}

void AuditList::locate(const QString &typed)
{
    m_locate.ask(m_source->locate(typed),
                 {
                     .done =
                         [this](EventId id) {
                             m_goTo->finish();
                             if (id.isValid())
                                 goTo(id);
                         },
                     .failed = [this](const QString &sentence, const QString &) { m_goTo->showError(sentence); },
                     .partial = {},
                     .progress = {},
                 });
}

void AuditList::onReplaced(AuditPager::Place place)
{
    if (place == AuditPager::Place::Bottom)
        m_table->showBottom();
    else
        m_table->showTop();
    m_table->showOrder(m_pager->order());
    if (m_scrollBar->order() != m_pager->order())
        fetchAnchors();
    m_scrollBar->setFindings(m_scan->findings());
    m_problem.clear();
    emit noticed({}, false);
    showRowsOrMessage();
    onViewMoved();
    emit replaced();
    emit changed();
}

void AuditList::onExtended()
{
    if (!m_problem.isEmpty()) {
        m_problem.clear();
        emit noticed({}, false);
    }
    onViewMoved();
}

void AuditList::onScanned()
{
    m_pager->onScanned();
    m_scrollBar->refresh();
    showRowsOrMessage();
    emit changed();
}

void AuditList::onScanFailed(const QString &sentence, const QString &cause)
{
    if (m_pager->awaitsScan()) {
        m_pager->cancel();
        return onPageFailed(sentence, cause);
    }
    emit noticed(sentence, true);
    emit failed(sentence, cause);
}

void AuditList::onViewMoved()
{
    showRowsOrMessage();
    m_tail->setAtTop(m_table->isAtTop());
    m_table->setFollowsTop(m_tail->isFollowing());
    m_scrollBar->refresh();
    // Half a page ahead of the eyes.
    constexpr int kAhead = AuditPager::kPageSize / 2;
    if (m_table->lastVisibleRow() >= m_model->rowCount() - kAhead)
        m_pager->fetchBelow();
    if (m_table->firstVisibleRow() < kAhead)
        m_pager->fetchAbove();
}

void AuditList::onPageFailed(const QString &sentence, const QString &cause)
{
    m_problem = sentence;
    m_table->showOrder(m_pager->order());
    emit noticed(m_model->rowCount() > 0 ? sentence : QString(), true); // else it stands in the middle
    showRowsOrMessage();
    emit failed(sentence, cause);
    emit changed();
}

QString AuditList::message() const
{
    if (hasEvents())
        return {};
    if (m_pager->isSearching())
        return tr("Reading the log\u2026");
    if (!m_problem.isEmpty())
        return m_problem;
    if (!m_pager->hasRows())
        return m_hasBegun ? tr("The search was cancelled.") : QString();
    if (m_scan->isInterrupted())
        return tr("No event found so far; the scan was cancelled.");
    return m_pager->filter().isEmpty() ? tr("No events yet.") : tr("No event matches this filter.");
}

void AuditList::showRowsOrMessage()
{
    const QString text = message();
    m_message->setText(text);
    const bool isUnfinished = m_hasBegun && (!m_pager->hasRows() || m_scan->isInterrupted());
    m_retry->setVisible(!m_pager->isSearching() && (!m_problem.isEmpty() || isUnfinished));
    m_stack->setCurrentIndex(hasEvents() || text.isEmpty() ? 0 : 1);
}

} // namespace andon
