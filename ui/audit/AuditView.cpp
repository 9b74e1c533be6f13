// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditView.h"

#include "ui/Theme.h"
#include "ui/audit/AuditCounter.h"
#include "ui/audit/AuditFilterBar.h"
#include "ui/audit/AuditPager.h"
#include "ui/audit/AuditRowMenu.h"
#include "ui/audit/AuditScrollBar.h"
#include "ui/audit/AuditSource.h"
#include "ui/audit/AuditStatusLine.h"
#include "ui/audit/AuditTable.h"
#include "ui/audit/AuditTableModel.h"
#include "ui/audit/EventDetails.h"
#include "ui/audit/ExportPanel.h"
#include "ui/audit/LiveTail.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace andon {

namespace {

/// Below this many characters across, details go under the table instead of beside it.
constexpr int kNarrow = 120;

/// A shape says whether it is on: the look of a pressed button alone says too little.
QString liveText(bool isLive)
{
    return (isLive ? QStringLiteral("\u25CF ") : QStringLiteral("\u25CB ")) + AuditView::tr("Live");
}

} // namespace

AuditView::AuditView(Station *station, QWidget *parent)
    : AuditView(std::make_unique<StationSource>(station), parent)
{
}

AuditView::AuditView(std::unique_ptr<AuditSource> source, QWidget *parent)
    : QWidget(parent)
    , m_source(std::move(source))
    , m_model(new AuditTableModel(this))
    , m_pager(new AuditPager(m_source.get(), m_model, this))
    , m_tail(new LiveTail(m_source.get(), m_pager, this))
    , m_counter(new AuditCounter(m_source.get(), this))
{
    build();
    connectPager();
    connectTable();
    connectTail();
    showRowsOrMessage();
}

AuditView::~AuditView() = default;

void AuditView::build()
{
    m_details = new EventDetails(m_source.get(), this);
    m_exportPanel = new ExportPanel(m_source.get(), this);
    m_status = new AuditStatusLine(this);

    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setObjectName(QStringLiteral("auditSplitter"));
    m_splitter->addWidget(buildRows());
    m_splitter->addWidget(m_details);
    m_splitter->setStretchFactor(0, 5);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setCollapsible(0, false);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    layout->setSpacing(Theme::kGrid);
    layout->addWidget(buildBar());
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_exportPanel);
    layout->addWidget(m_status);

    m_menu = new AuditRowMenu(m_table, m_source.get(), this);
    auto *find = new QShortcut(QKeySequence::Find, this);
    connect(find, &QShortcut::activated, m_bar, &AuditFilterBar::focusEdit);
}

QWidget *AuditView::buildBar()
{
    auto *title = new QLabel(tr("Audit log"), this);
    title->setFont(Theme::boldFont(font()));
    m_bar = new AuditFilterBar(this);
    m_live = new QPushButton(this);
    m_live->setObjectName(QStringLiteral("liveButton"));
    m_live->setAccessibleName(tr("Follow new events"));
    m_live->setToolTip(tr("Show new events as they come, while the top of the log is in sight"));
    m_live->setCheckable(true);
    m_live->setChecked(true);
    m_live->setText(liveText(true));
    m_export = new QPushButton(tr("Export\u2026"), this);
    m_export->setObjectName(QStringLiteral("exportButton"));
    m_export->setAccessibleName(tr("Export the events that the filter shows"));

    auto *bar = new QWidget(this);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins({});
    layout->setSpacing(Theme::kGrid);
    for (QWidget *widget : std::initializer_list<QWidget *>{title, m_bar, m_live, m_export})
        layout->addWidget(widget, widget == m_bar ? 1 : 0, Qt::AlignTop);
    // The filter's error appears below its line; the others stay beside the line.
    for (QWidget *widget : std::initializer_list<QWidget *>{title, m_live, m_export})
        widget->setMinimumHeight(m_bar->sizeHint().height());
    return bar;
}

QWidget *AuditView::buildRows()
{
    auto *rows = new QWidget(this);
    m_table = new AuditTable(m_model, rows);
    m_scrollBar = new AuditScrollBar(m_table, m_pager, rows);
    auto *layout = new QHBoxLayout(rows);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_scrollBar);

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
    return m_stack;
}

void AuditView::connectPager()
{
    connect(m_pager, &AuditPager::replaced, this, [this](AuditPager::Place place) {
        switch (place) {
        case AuditPager::Place::Oldest:
            m_table->showBottom();
            break;
        case AuditPager::Place::Newest:
        case AuditPager::Place::First:
            m_table->showTop();
            break;
        }
        onReplaced();
    });
    connect(m_pager, &AuditPager::extended, this, &AuditView::onExtended);
    connect(m_pager, &AuditPager::searchingChanged, m_status, &AuditStatusLine::setSearching);
    connect(m_pager, &AuditPager::searchingChanged, this, &AuditView::showRowsOrMessage);
    connect(m_pager, &AuditPager::progressed, m_status, &AuditStatusLine::setProgress);
    connect(m_pager, &AuditPager::failed, this, &AuditView::onPageFailed);
    connect(m_counter, &AuditCounter::changed, this, &AuditView::showCount);
    connect(m_counter, &AuditCounter::failed, this, &AuditView::failed);
    connect(m_source.get(), &AuditSource::becameReadable, this, [this] {
        if (m_hasBegun && !m_problem.isEmpty())
            m_pager->retry();
    });
    connect(m_source.get(), &AuditSource::contentChanged, this, [this] {
        if (m_hasBegun && !m_problem.isEmpty() && !m_pager->isFetching())
            m_pager->retry(); // what is written can be read
    });

    connect(m_bar, &AuditFilterBar::filterChosen, this, [this](const AuditFilter &filter) {
        m_status->setNotice({}, false);
        begin();
        m_pager->search(filter);
    });
    connect(m_bar, &AuditFilterBar::cancelRequested, this,
            [this](bool *wasCancelled) { *wasCancelled = cancelReading(); });
    connect(m_bar, &AuditFilterBar::leaveRequested, m_table, qOverload<>(&QWidget::setFocus));
    connect(m_retry, &QPushButton::clicked, m_pager, &AuditPager::retry);
    connect(m_status, &AuditStatusLine::retryRequested, m_pager, &AuditPager::retry);
    connect(m_status, &AuditStatusLine::cancelRequested, this, [this] { (void)cancelReading(); });
}

void AuditView::connectTable()
{
    const auto newest = [this] {
        if (m_pager->hasNewer() || !m_tail->isFollowing())
            m_pager->goNewest();
        else
            m_table->showTop();
    };
    const auto oldest = [this] {
        if (m_pager->hasOlder())
            m_pager->goOldest();
        else
            m_table->showBottom();
    };
    connect(m_table, &AuditTable::newestRequested, this, newest);
    connect(m_table, &AuditTable::oldestRequested, this, oldest);
    connect(m_status, &AuditStatusLine::newestRequested, this, newest);
    connect(m_table, &AuditTable::viewMoved, this, &AuditView::onViewMoved);
    connect(m_table, &AuditTable::currentEventChanged, this, &AuditView::onCurrentEvent);
    connect(m_details, &EventDetails::failed, this, &AuditView::failed);

    connect(m_scrollBar, &AuditScrollBar::newestRequested, this, newest);
    connect(m_scrollBar, &AuditScrollBar::oldestRequested, this, oldest);
    connect(m_scrollBar, &AuditScrollBar::eventRequested, this, [this](EventId id) {
        if (id <= m_model->newest() && id >= m_model->oldest())
            m_table->showFirst(m_model->lowerRow(id));
        else
            m_pager->goTo(id);
    });

    connect(m_menu, &AuditRowMenu::termRequested, m_bar, &AuditFilterBar::toggleTerm);
    connect(m_menu, &AuditRowMenu::proposalRequested, this, &AuditView::showProposal);
    connect(m_menu, &AuditRowMenu::failed, this, &AuditView::failed);
}

void AuditView::connectTail()
{
    connect(m_tail, &LiveTail::extentChanged, this, [this](const AuditExtent &extent) {
        m_scrollBar->setExtent(extent);
        m_counter->setNewest(extent.newest);
    });
    connect(m_tail, &LiveTail::unseenChanged, m_status, &AuditStatusLine::setUnseen);
    connect(m_tail, &LiveTail::failed, this, &AuditView::failed);
    connect(m_live, &QPushButton::toggled, this, &AuditView::setLive);
    connect(m_export, &QPushButton::clicked, this,
            [this] { m_exportPanel->chooseFile(m_pager->filter(), m_counter->isExact() ? m_counter->found() : 0); });
    connect(m_exportPanel, &ExportPanel::writingChanged, m_export, &QWidget::setDisabled);
    connect(m_exportPanel, &ExportPanel::failed, this, &AuditView::failed);
}

void AuditView::setFilterText(const QString &text)
{
    m_bar->setText(text);
}

QString AuditView::filterText() const
{
    return m_bar->text();
}

void AuditView::showProposal(ProposalId id)
{
    if (id.isValid())
        m_bar->setText(QStringLiteral("proposal:") + id.toString());
}

void AuditView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_hasBegun)
        return;
    m_bar->setText(m_bar->text());
    if (!m_hasBegun) { // what is typed cannot be read
        begin();
        m_pager->search({});
    }
}

void AuditView::begin()
{
    if (m_hasBegun)
        return;
    m_hasBegun = true;
    m_tail->look();
}

void AuditView::onReplaced()
{
    m_problem.clear();
    m_status->setNotice({}, false);
    m_counter->count(m_pager->filter());
    showRowsOrMessage();
    onViewMoved();
}

void AuditView::onExtended()
{
    if (!m_problem.isEmpty()) {
        m_problem.clear();
        m_status->setNotice({}, false);
    }
    onViewMoved();
}

void AuditView::onViewMoved()
{
    showRowsOrMessage();
    m_tail->setAtTop(m_table->isAtTop());
    m_table->setFollowsTop(m_tail->isFollowing());
    m_scrollBar->refresh();
    // Half a page ahead of the eyes.
    constexpr int kAhead = AuditPager::kPageSize / 2;
    if (m_table->lastVisibleRow() >= m_model->rowCount() - kAhead)
        m_pager->fetchOlder();
    if (m_table->firstVisibleRow() < kAhead)
        m_pager->fetchNewer();
}

void AuditView::onCurrentEvent(EventId id)
{
    const int row = m_model->rowOf(id);
    if (row >= 0)
        m_details->present(m_model->eventAt(row), m_model->isCut(row));
    else
        m_details->clear();
}

void AuditView::onPageFailed(const QString &sentence, const QString &cause)
{
    m_problem = sentence;
    m_status->setNotice(m_model->rowCount() > 0 ? sentence : QString(), true); // else it stands in the middle
    showRowsOrMessage();
    emit failed(sentence, cause);
}

void AuditView::showRowsOrMessage()
{
    QString message;
    const bool hasRows = m_pager->hasRows();
    if (hasRows && m_model->rowCount() > 0)
        message.clear();
    else if (m_pager->isSearching())
        message = tr("Reading the log\u2026");
    else if (!m_problem.isEmpty())
        message = m_problem;
    else if (!hasRows)
        message = m_hasBegun ? tr("The search was cancelled.") : QString();
    else
        message = m_pager->filter().isEmpty() ? tr("No events yet.") : tr("No event matches this filter.");
    m_message->setText(message);
    m_retry->setVisible(!m_pager->isSearching() && (!m_problem.isEmpty() || (m_hasBegun && !hasRows)));
    m_stack->setCurrentIndex(message.isEmpty() ? 0 : 1);
    m_details->setVisible(message.isEmpty() || m_details->event().has_value());
    m_export->setEnabled(hasRows && m_model->rowCount() > 0 && !m_exportPanel->isWriting());
}

void AuditView::showCount()
{
    const qint64 held = m_model->rowCount();
    if (m_pager->hasRows())
        m_status->setCount(m_counter->isExact() ? m_counter->found() : std::max(held, m_counter->found()),
                           m_counter->isExact());
    else
        m_status->clearCount();
}

bool AuditView::cancelReading()
{
    const bool wasSearching = m_pager->isSearching();
    const bool wasCounting = m_counter->isCounting();
    m_pager->cancel();
    m_counter->cancel();
    if (wasSearching && m_pager->hasRows())
        m_status->setNotice(tr("Search cancelled. The events of the filter before are shown."), true);
    return wasSearching || wasCounting;
}

void AuditView::setLive(bool isLive)
{
    m_live->setText(liveText(isLive));
    m_tail->setLive(isLive);
    m_table->setFollowsTop(m_tail->isFollowing());
    if (isLive && !m_table->isAtTop())
        m_pager->goNewest();
}

void AuditView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const bool isNarrow = width() < fontMetrics().averageCharWidth() * kNarrow;
    m_splitter->setOrientation(isNarrow ? Qt::Vertical : Qt::Horizontal);
}

void AuditView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && cancelReading())
        event->accept();
    else
        QWidget::keyPressEvent(event);
}

} // namespace andon
