// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/PendingActionsView.h"

#include "ui/Answer.h"
#include "ui/Counted.h"
#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/actions/ActionStatusDelegate.h"
#include "ui/actions/PendingActionsModel.h"

#include <QBoxLayout>
#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTableView>

#include <algorithm>
#include <memory>

namespace andon {

namespace {

constexpr int kReadIntervalMs = 200;
constexpr int kRoomForAgent = 460;
constexpr int kLeastDetail = 96;
constexpr int kRowHeight = 5 * Theme::kGrid; // for a finger

QLabel *newLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

PendingActionsView::PendingActionsView(Station *station, QWidget *parent)
    : QWidget(parent)
    , m_station(station)
    , m_status(station->status())
    , m_model(new PendingActionsModel(Clock::system(), this))
    , m_heading(newLabel(this))
    , m_more(newLabel(this))
    , m_empty(newLabel(this))
    , m_outcome(newLabel(this))
    , m_table(new QTableView(this))
{
    setObjectName(QStringLiteral("pendingActionsView"));
    buildTable();
    build();
    applyTheme();
    showCounts();

    m_readSoon.setSingleShot(true);
    connect(&m_readSoon, &QTimer::timeout, this, &PendingActionsView::startReading);
    m_ticker.setInterval(1000);
    connect(&m_ticker, &QTimer::timeout, this, &PendingActionsView::tick);
    connect(station, &Station::contentChanged, this, &PendingActionsView::refresh);
    connect(station, &Station::statusChanged, this, &PendingActionsView::setStatus);
    if (station->hasLooked())
        refresh();
}

void PendingActionsView::buildTable()
{
    m_table->setObjectName(QStringLiteral("pendingTable"));
    m_table->setAccessibleName(tr("Pending and running actions"));
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setItemDelegateForColumn(PendingActionsModel::StatusColumn, new ActionStatusDelegate(m_table));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->installEventFilter(this);
    m_table->viewport()->installEventFilter(this);

    connect(m_table, &QWidget::customContextMenuRequested, this, &PendingActionsView::showMenu);
    connect(m_table, &QAbstractItemView::doubleClicked, this,
            [this](const QModelIndex &index) { emit storyDemanded(m_model->idAt(index.row())); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &PendingActionsView::updateActions);
}

void PendingActionsView::build()
{
    m_heading->setObjectName(QStringLiteral("pendingHeading"));
    m_more->setObjectName(QStringLiteral("pendingMore"));
    m_empty->setObjectName(QStringLiteral("pendingEmpty"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_outcome->setObjectName(QStringLiteral("pendingOutcome"));
    m_outcome->setWordWrap(true);
    m_outcome->hide();

    auto *headline = new QHBoxLayout;
    headline->setContentsMargins(Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    headline->setSpacing(Theme::kGrid);
    headline->addWidget(m_heading);
    headline->addStretch(1);
    if (!m_station->isReadOnly()) {
        m_cancel = new QPushButton(tr("&Cancel action"), this);
        m_cancel->setObjectName(QStringLiteral("cancelActionButton"));
        m_cancel->setToolTip(tr("Cancels the selected actions at once (Delete)"));
        m_cancel->setAccessibleName(tr("Cancel the selected actions"));
        headline->addWidget(m_cancel);
        connect(m_cancel, &QPushButton::clicked, this, &PendingActionsView::cancelSelected);
        updateActions();
    }

    auto *notes = new QHBoxLayout;
    notes->setContentsMargins(Theme::kGrid, Theme::kGrid / 2, Theme::kGrid, Theme::kGrid / 2);
    notes->addWidget(m_more);
    notes->addWidget(m_outcome, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(headline);
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    column->addLayout(notes);
    setTabOrder(m_table, m_cancel);
}

QString PendingActionsView::outcome() const
{
    return m_outcome->text();
}

void PendingActionsView::setStatus(const SafetyStatus &status)
{
    const bool isOtherWork = status.isKnown != m_status.isKnown || status.pending != m_status.pending
        || status.executing != m_status.executing;
    m_status = status;
    showCounts();
    if (isOtherWork || !m_hasRead)
        refresh();
}

void PendingActionsView::refresh()
{
    if (m_isReading) {
        m_mustReadAgain = true;
        return;
    }
    if (m_readSoon.isActive())
        return;
    const qint64 since = m_sinceRead.isValid() ? m_sinceRead.elapsed() : kReadIntervalMs;
    m_readSoon.start(static_cast<int>(qMax<qint64>(0, kReadIntervalMs - since)));
}

void PendingActionsView::startReading()
{
    m_isReading = true;
    m_mustReadAgain = false;
    const auto finish = [this] {
        m_isReading = false;
        m_sinceRead.restart();
        if (m_mustReadAgain)
            refresh();
    };
    onAnswer(
        m_station->activeActions(kMaxRows), this,
        [this, finish](const QList<ActionProposal> &actions) {
            showActions(actions);
            finish();
        },
        [this, finish](const Failure &failure) {
            // While the state is unknown the banner says why: once is enough.
            if (m_status.isKnown)
                emit failed(failure.message, failure.cause);
            finish();
        });
}

void PendingActionsView::showActions(const QList<ActionProposal> &actions)
{
    m_hasRead = true;
    m_model->setActions(actions);
    if (m_model->hasExecuting())
        m_ticker.start();
    else
        m_ticker.stop();
    showCounts();
    fitColumns();
    updateActions();
}

void PendingActionsView::showCounts()
{
    const int rows = m_model->rowCount();
    // The list is whole while it is short; the status may be a moment older or newer.
    const qint64 total = rows < kMaxRows ? rows : qMax<qint64>(rows, m_status.pending + m_status.executing);
    const QString number = QLocale().toString(total);
    const bool isTold = m_hasRead && (m_status.isKnown || rows > 0);
    m_heading->setText(isTold ? tr("Pending and running  %1").arg(number) : tr("Pending and running"));
    QStringList notes;
    if (total > rows)
        notes << tr("and %1 more").arg(QLocale().toString(total - rows));
    if (!m_status.isKnown && rows > 0)
        notes << tr("as last known");
    m_more->setText(notes.join(QStringLiteral(", ")));
    m_more->setVisible(!notes.isEmpty());
    if (!m_hasRead)
        m_empty->setText(m_status.isKnown ? tr("Reading …") : tr("Not known."));
    else
        m_empty->setText(m_status.isKnown ? tr("Nothing is pending or running.") : tr("Not known."));
    m_empty->setVisible(rows == 0);
    m_table->setVisible(rows > 0);
}

void PendingActionsView::fitColumns()
{
    if (m_model->rowCount() == 0)
        return;
    // The widest id is that of the greatest number; measuring every row would cost more than it tells.
    ProposalId greatest;
    for (const ActionProposal &action : m_model->actions())
        greatest = qMax(greatest, action.id);
    const QFontMetrics metrics(m_table->font());
    const int padding = 3 * Theme::kGrid;
    const auto widthOf = [&](const QString &text) { return metrics.horizontalAdvance(text) + padding; };
    const auto titleOf = [this](int column) {
        return m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    };
    const int available = m_table->viewport()->width();
    const int idWidth = qMax(widthOf(u'#' + greatest.toString()), widthOf(titleOf(PendingActionsModel::IdColumn)));
    const int statusWidth = widthOf(QStringLiteral("▶ ") + tr("executing"));
    const int rest = qMax(0, available - idWidth - statusWidth);
    const int whatWidth = qBound(96, rest * 35 / 100, 240);
    // Where there is little room, who asked gives way to how long and why; the tooltip still has it.
    const bool hasAgent = available >= kRoomForAgent;
    const int agentWidth = hasAgent ? qBound(72, rest * 20 / 100, 160) : 0;
    m_table->setColumnHidden(PendingActionsModel::AgentColumn, !hasAgent);
    m_table->setColumnWidth(PendingActionsModel::IdColumn, idWidth);
    m_table->setColumnWidth(PendingActionsModel::StatusColumn, statusWidth);
    m_table->setColumnWidth(PendingActionsModel::ActionColumn, whatWidth);
    if (hasAgent)
        m_table->setColumnWidth(PendingActionsModel::AgentColumn, agentWidth);
    m_table->setColumnWidth(PendingActionsModel::DetailColumn, qMax(kLeastDetail, rest - whatWidth - agentWidth));
}

void PendingActionsView::tick()
{
    const int first = m_table->rowAt(0);
    if (first < 0 || !m_table->isVisible())
        return;
    const int last = m_table->rowAt(m_table->viewport()->height() - 1);
    m_model->refreshElapsed(first, last < 0 ? m_model->rowCount() - 1 : last);
}

QList<ProposalId> PendingActionsView::selectedIds() const
{
    QList<ProposalId> ids;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        ids << m_model->idAt(index.row());
    std::sort(ids.begin(), ids.end());
    return ids;
}

void PendingActionsView::updateActions()
{
    if (m_cancel == nullptr)
        return;
    const auto selected = m_table->selectionModel()->selectedRows().size();
    m_cancel->setEnabled(selected > 0);
    m_cancel->setText(selected > 1 ? tr("&Cancel %1 actions").arg(QLocale().toString(selected)) : tr("&Cancel action"));
}

void PendingActionsView::cancelSelected()
{
    const QList<ProposalId> ids = selectedIds();
    if (m_station->isReadOnly() || ids.isEmpty())
        return;

    struct Tally
    {
        qsizetype outstanding = 0;
        qint64 cancelled = 0;
        QString trouble;
        QString cause;
    };
    const auto tally = std::make_shared<Tally>();
    tally->outstanding = ids.size();
    const auto finishOne = [this, tally] {
        if (--tally->outstanding > 0)
            return;
        QString text = tally->cancelled == 0 && !tally->trouble.isEmpty()
            ? QString()
            : counted(tally->cancelled, tr("Cancelled 1 action."), tr("Cancelled %1 actions."));
        if (!tally->trouble.isEmpty())
            text += (text.isEmpty() ? QString() : QStringLiteral(" ")) + tally->trouble;
        m_outcome->setText(text);
        m_outcome->setToolTip(plainTip(tally->cause));
        m_outcome->show();
        refresh();
    };
    m_outcome->setText(tr("Cancelling …"));
    m_outcome->show();
    for (const ProposalId id : ids) {
        onAnswer(
            m_station->cancelAction(id, QStringLiteral("cancelled in the panel")), this,
            [tally, finishOne] {
                ++tally->cancelled;
                finishOne();
            },
            [tally, finishOne](const Failure &failure) {
                tally->trouble = failure.message.isEmpty() ? tr("An action could not be cancelled.") : failure.message;
                tally->cause = failure.cause;
                finishOne();
            });
    }
}

void PendingActionsView::showMenu(const QPoint &where)
{
    const QModelIndex index = m_table->indexAt(where);
    if (!index.isValid())
        return;
    const ProposalId id = m_model->idAt(index.row());
    auto *menu = new QMenu(this); // popup(), not exec(): nothing waits for it
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("&Show its events"), this, [this, id] { emit storyDemanded(id); });
    if (m_cancel != nullptr)
        menu->addAction(m_cancel->text(), this, &PendingActionsView::cancelSelected);
    menu->popup(m_table->viewport()->mapToGlobal(where));
}

bool PendingActionsView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table->viewport() && event->type() == QEvent::Resize)
        fitColumns();
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Delete && !key->isAutoRepeat()) {
            cancelSelected();
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            if (m_table->currentIndex().isValid())
                emit storyDemanded(m_model->idAt(m_table->currentIndex().row()));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void PendingActionsView::applyTheme()
{
    m_heading->setFont(Theme::boldFont(font()));
    for (QLabel *label : {m_more, m_outcome})
        label->setFont(Theme::smallFont(font()));
    m_table->setFont(Theme::figuresFont(font()));
    QPalette palette = m_empty->palette();
    const QColor quiet = Theme::of(this).quietText();
    if (palette.color(QPalette::WindowText) != quiet) {
        palette.setColor(QPalette::WindowText, quiet);
        m_empty->setPalette(palette);
    }
}

void PendingActionsView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

} // namespace andon
