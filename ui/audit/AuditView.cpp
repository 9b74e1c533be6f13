// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditView.h"

#include "ui/AlarmStrip.h"
#include "ui/Theme.h"
#include "ui/audit/AuditSeals.h"
#include "ui/audit/AuditSide.h"
#include "ui/audit/AuditSource.h"
#include "ui/audit/AuditStatusLine.h"
#include "ui/audit/EventJump.h"
#include "ui/audit/ExportPanel.h"
#include "ui/audit/details/EventDetails.h"
#include "ui/audit/filter/AuditFilterBar.h"
#include "ui/audit/filter/FilterChips.h"
#include "ui/audit/filter/SavedFilters.h"
#include "ui/audit/list/AuditList.h"
#include "ui/audit/list/AuditRowMenu.h"
#include "ui/audit/list/AuditTable.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/FilterScan.h"
#include "ui/audit/seal/SealBadge.h"
#include "ui/audit/seal/VerificationPanel.h"
#include "ui/audit/story/StoryView.h"
#include "ui/audit/timeline/ActivityTimeline.h"
#include "ui/audit/timeline/TimeTerms.h"

#include <QAction>
#include <QDataStream>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <chrono>

namespace andon {

using namespace std::chrono_literals;

namespace {

/// Below this many characters across, details go under the table instead of beside it.
constexpr int kNarrow = 120;
/// Below this many, the buttons go under the filter's line.
constexpr int kVeryNarrow = 90;
/// Below this many lines from top to bottom, chips and timeline make room for what was asked for.
constexpr int kLow = 32;
constexpr int kStateVersion = 2;
/// Had no seal column: what it says of columns is of others.
constexpr int kStateWithoutSeals = 1;

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
{
    m_findingsShown.setSingleShot(true);
    m_findingsShown.setInterval(100ms);
    connect(&m_findingsShown, &QTimer::timeout, this, &AuditView::showFindings);
    build();
    connectBar();
    connectList();
    connectTimeline();
    connectSide();
    connectSeals();
    setUtc(false);
}

AuditView::~AuditView() = default;

void AuditView::build()
{
    m_list = new AuditList(m_source.get(), this);
    m_timeline = new ActivityTimeline(this);
    m_exportPanel = new ExportPanel(m_source.get(), this);
    m_status = new AuditStatusLine(this);
    m_seals = new AuditSeals(m_source.get(), this);
    m_status->addBadge(m_seals->badge());

    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setObjectName(QStringLiteral("auditSplitter"));
    m_splitter->addWidget(m_list);
    m_side = new AuditSide(m_source.get(), m_seals->panel(), this);
    m_splitter->addWidget(m_side);
    m_splitter->setStretchFactor(0, 5);
    m_splitter->setStretchFactor(1, 3);
    m_splitter->setSizes({500, 300}); // five to three, whatever the parts would ask for
    m_splitter->setCollapsible(0, false);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    layout->setSpacing(Theme::kGrid);
    layout->addWidget(buildBar());
    m_chips = new FilterChips(m_bar, this);
    layout->addWidget(m_chips);
    layout->addWidget(m_seals->alarm());
    layout->addWidget(m_timeline);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_exportPanel);
    layout->addWidget(m_status);

    m_menu = new AuditRowMenu(m_list->table(), m_source.get(), this);
    m_menu->setLogActions(logActions());
    addActions(logActions());
    m_jump = new EventJump(m_list, m_bar, this);
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
    auto *saved = new SavedFilters(m_bar, {}, this);
    m_utc = new QToolButton(this);
    m_utc->setObjectName(QStringLiteral("utcButton"));
    m_utc->setCheckable(true);
    m_export = new QPushButton(tr("Export\u2026"), this);
    m_export->setObjectName(QStringLiteral("exportButton"));
    m_export->setAccessibleName(tr("Export the events that the filter shows"));

    auto *line = new QHBoxLayout;
    line->addWidget(title, 0, Qt::AlignTop);
    line->addWidget(m_bar, 1, Qt::AlignTop);
    auto *buttons = new QHBoxLayout;
    for (QWidget *button : std::initializer_list<QWidget *>{saved, m_utc, m_live, m_export})
        buttons->addWidget(button, 0, Qt::AlignTop);
    // The filter's error appears below its line; the others stay beside the line.
    for (QWidget *widget : std::initializer_list<QWidget *>{title, saved, m_utc, m_live, m_export})
        widget->setMinimumHeight(m_bar->sizeHint().height());

    auto *bar = new QWidget(this);
    m_barLayout = new QBoxLayout(QBoxLayout::LeftToRight, bar);
    m_barLayout->setContentsMargins({});
    m_barLayout->addLayout(line, 1);
    m_barLayout->addLayout(buttons);
    for (QBoxLayout *layout : {m_barLayout, static_cast<QBoxLayout *>(line), static_cast<QBoxLayout *>(buttons)})
        layout->setSpacing(Theme::kGrid);
    return bar;
}

void AuditView::connectBar()
{
    connect(m_bar, &AuditFilterBar::filterChosen, this, &AuditView::search);
    connect(m_bar, &AuditFilterBar::cancelRequested, this,
            [this](bool *wasCancelled) { *wasCancelled = m_list->cancel(); });
    connect(m_bar, &AuditFilterBar::leaveRequested, m_list->table(), qOverload<>(&QWidget::setFocus));
    connect(m_live, &QPushButton::toggled, this, &AuditView::setLive);
    connect(m_utc, &QToolButton::toggled, this, &AuditView::setUtc);
    connect(m_export, &QPushButton::clicked, this, [this] {
        const ScanFindings::Summary found = m_list->scan()->findings()->summary();
        m_exportPanel->chooseFile(m_list->filter(), found.isWhole ? found.found : 0);
    });
    connect(m_exportPanel, &ExportPanel::writingChanged, this, &AuditView::onChanged);
    connect(m_exportPanel, &ExportPanel::failed, this, &AuditView::failed);
}

void AuditView::connectList()
{
    connect(m_list, &AuditList::replaced, this, &AuditView::onReplaced);
    connect(m_list, &AuditList::changed, this, &AuditView::onChanged);
    connect(m_list, &AuditList::currentEventChanged, this, &AuditView::onCurrentEvent);
    connect(m_list, &AuditList::eventActivated, this, &AuditView::tellStory);
    connect(m_list, &AuditList::unseenChanged, m_status, &AuditStatusLine::setUnseen);
    connect(m_list, &AuditList::noticed, m_status, &AuditStatusLine::setNotice);
    connect(m_list, &AuditList::failed, this, &AuditView::failed);
    connect(m_status, &AuditStatusLine::newestRequested, m_list, &AuditList::goTop);
    connect(m_status, &AuditStatusLine::retryRequested, m_list, &AuditList::retry);
    connect(m_status, &AuditStatusLine::cancelRequested, m_list, &AuditList::cancel);
    connect(m_menu, &AuditRowMenu::termRequested, m_bar, &AuditFilterBar::toggleTerm);
    connect(m_menu, &AuditRowMenu::proposalRequested, this, &AuditView::showProposal);
    connect(m_menu, &AuditRowMenu::failed, this, &AuditView::failed);
}

void AuditView::connectTimeline()
{
    connect(m_timeline, &ActivityTimeline::rangeChosen, this, [this](const QDateTime &from, const QDateTime &to) {
        m_ranges.push(TimeTerms::rangeOf(m_bar->text(), QDateTime::currentDateTimeUtc()));
        chooseRange({from, to});
    });
    connect(m_timeline, &ActivityTimeline::backRequested, this, &AuditView::goBackInTime);
}

void AuditView::connectSide()
{
    connect(m_side->details(), &EventDetails::failed, this, &AuditView::failed);
    connect(m_side->details(), &EventDetails::termRequested, m_bar, &AuditFilterBar::toggleTerm);
    connect(m_side->story(), &StoryView::failed, this, &AuditView::failed);
    connect(m_side->story(), &StoryView::eventChosen, m_list, &AuditList::goTo);
    connect(m_side->story(), &StoryView::closed, this, [this] {
        m_side->story()->clear();
        m_side->showDetails();
        m_list->table()->setFocus();
    });
    connect(m_source.get(), &AuditSource::contentChanged, m_side->story(), &StoryView::refresh);
}

void AuditView::connectSeals()
{
    connect(m_seals, &AuditSeals::panelRequested, m_side, &AuditSide::showSeals);
    connect(m_seals, &AuditSeals::panelClosed, this, [this] {
        m_side->showDetails();
        m_list->table()->setFocus();
    });
    connect(m_side, &QTabWidget::currentChanged, this, &AuditView::makeRoom);
    connect(m_seals, &AuditSeals::coverChanged, m_list, &AuditList::setSeals);
    m_list->setSeals(m_seals->cover());
    connect(m_seals, &AuditSeals::eventChosen, m_jump, &EventJump::to);
    connect(m_seals, &AuditSeals::failed, this, &AuditView::failed);
}

QList<QAction *> AuditView::logActions() const
{
    return {m_seals->verifyAction()};
}

void AuditView::setFilterText(const QString &text)
{
    m_bar->setText(text);
}

QString AuditView::filterText() const
{
    return m_bar->text();
}

Qt::TimeSpec AuditView::zone() const
{
    return m_utc->isChecked() ? Qt::UTC : Qt::LocalTime;
}

void AuditView::showProposal(ProposalId id)
{
    if (!id.isValid())
        return;
    m_bar->setText(QStringLiteral("proposal:") + id.toString());
    m_side->tellStory(id);
}

void AuditView::tellStory(EventId id)
{
    const int row = m_list->model()->rowOf(id);
    const std::optional<ProposalId> proposal = row >= 0 ? m_list->model()->eventAt(row).proposalId
                                                        : std::optional<ProposalId>();
    if (!proposal)
        return m_side->showDetails(); // an event of the system has no story
    m_side->tellStory(*proposal);
}

void AuditView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_hasBegun)
        return;
    m_bar->setText(m_bar->text());
    if (!m_hasBegun) // what is typed cannot be read
        search({});
}

void AuditView::search(const AuditFilter &filter)
{
    m_hasBegun = true;
    m_list->search(filter);
}

void AuditView::onReplaced()
{
    if (!std::exchange(m_hasVocabulary, true)) // not before: it is not to be in the way of the first rows
        fetchVocabulary();
    const TimeRange range = TimeTerms::rangeOf(m_list->filter().text(), QDateTime::currentDateTimeUtc());
    m_timeline->setRange(range.from, range.to);
}

void AuditView::onChanged()
{
    if (!m_findingsShown.isActive())
        m_findingsShown.start();
    const bool hasEvents = m_list->hasEvents();
    m_side->setHasEvents(hasEvents);
    m_export->setEnabled(hasEvents && !m_exportPanel->isWriting());
    m_status->setSearching(m_list->pager()->isSearching() || m_list->scan()->isNoteworthy());
}

void AuditView::showFindings()
{
    const ScanFindings::Summary found = m_list->scan()->findings()->summary();
    const bool isScanning = m_list->scan()->isNoteworthy();
    m_timeline->setHistogram(m_list->scan()->findings()->activity());
    m_timeline->setScanning(isScanning);
    m_timeline->setWhole(found.isWhole || m_list->scan()->isScanning());
    if (m_list->pager()->hasRows())
        m_status->setCount(std::max<qint64>(m_list->model()->rowCount(), found.found), found.isWhole);
    else
        m_status->clearCount();
    if (isScanning) {
        const FilterScan::Pace pace = m_list->scan()->pace();
        m_status->setProgress(pace.share, pace.idsASecond, pace.secondsLeft);
    } else if (m_list->pager()->isSearching()) {
        m_status->setProgress(m_list->pager()->share());
    }
    m_status->setSearching(m_list->pager()->isSearching() || isScanning);
}

void AuditView::onCurrentEvent(EventId id)
{
    const int row = m_list->model()->rowOf(id);
    if (row >= 0)
        m_side->details()->present(m_list->model()->eventAt(row), m_list->model()->isCut(row));
    else
        m_side->details()->clear();
}

void AuditView::chooseRange(const TimeRange &range)
{
    m_bar->setText(TimeTerms::withRange(m_bar->text(), range, zone(), QDateTime::currentDateTimeUtc()));
}

void AuditView::goBackInTime()
{
    chooseRange(m_ranges.back().value_or(TimeRange()));
}

void AuditView::setLive(bool isLive)
{
    m_live->setText(liveText(isLive));
    m_list->setLive(isLive);
}

void AuditView::setUtc(bool isUtc)
{
    m_utc->setText(isUtc ? tr("UTC") : tr("Local time"));
    m_utc->setAccessibleName(isUtc ? tr("Times are shown in UTC") : tr("Times are shown in local time"));
    m_utc->setToolTip(isUtc ? tr("Show times in local time") : tr("Show times in UTC"));
    m_list->table()->setZone(zone());
    m_timeline->setZone(zone());
    m_side->story()->setZone(zone());
    m_seals->setZone(zone());
}

void AuditView::fetchVocabulary()
{
    m_vocabulary.ask(
        m_source->vocabulary(),
        {
            .done = [this](const AuditVocabulary &vocabulary) { m_bar->setVocabulary(vocabulary); },
            .failed = [this](const QString &sentence, const QString &cause) { emit failed(sentence, cause); },
            .partial = {},
            .progress = {},
        });
}

QByteArray AuditView::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << kStateVersion << m_list->table()->horizontalHeader()->saveState() << m_splitter->saveState()
           << m_utc->isChecked();
    return state;
}

void AuditView::restoreState(const QByteArray &state)
{
    QDataStream stream(state);
    int version = 0;
    QByteArray header;
    QByteArray splitter;
    bool isUtc = false;
    stream >> version >> header >> splitter >> isUtc;
    if (stream.status() != QDataStream::Ok || (version != kStateVersion && version != kStateWithoutSeals))
        return;
    if (version == kStateVersion)
        m_list->table()->restoreColumns(header);
    m_splitter->restoreState(splitter);
    m_utc->setChecked(isUtc);
}

void AuditView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const int letters = width() / std::max(1, fontMetrics().averageCharWidth());
    m_splitter->setOrientation(letters < kNarrow ? Qt::Vertical : Qt::Horizontal);
    m_barLayout->setDirection(letters < kVeryNarrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    makeRoom();
}

void AuditView::makeRoom()
{
    const bool isTight = m_side->isShowingSeals() && height() < kLow * fontMetrics().height();
    if (isTight == m_isTight)
        return;
    m_isTight = isTight;
    m_chips->setVisible(!isTight);
    m_timeline->setVisible(!isTight);
    if (isTight)
        m_roomySizes = m_splitter->sizes();
    m_splitter->setSizes(isTight && m_splitter->orientation() == Qt::Vertical ? QList<int>{400, 600} : m_roomySizes);
}

void AuditView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_list->cancel())
        event->accept();
    else
        QWidget::keyPressEvent(event);
}

} // namespace andon
