// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/PendingActionsView.h"

#include "ui/Answer.h"
#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/actions/ActionCommands.h"
#include "ui/actions/DecisionPanel.h"
#include "ui/actions/PendingActionsModel.h"
#include "ui/actions/PendingHeadline.h"
#include "ui/actions/PendingTable.h"
#include "ui/safety/ShownScope.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QMenu>
#include <QResizeEvent>

#include <algorithm>

namespace andon {

namespace {

constexpr int kReadIntervalMs = 200;
constexpr int kLeastHeight = 16 * Theme::kGrid;
constexpr int kLeastTable = 8 * Theme::kGrid;
/// Of the window's height, in hundredths: what is to be decided must be read.
constexpr int kShareOfDecision = 45;
constexpr int kRoomForLog = 40 * Theme::kGrid;
/// Below this, the table gives its room to a decision.
constexpr int kRoomForBoth = 48 * Theme::kGrid;

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
    , m_headline(new PendingHeadline(station->isReadOnly(), this))
    , m_commands(new ActionCommands(station, this))
    , m_more(newLabel(this))
    , m_empty(newLabel(this))
    , m_outcome(newLabel(this))
    , m_table(new PendingTable(m_model, this))
{
    setObjectName(QStringLiteral("pendingActionsView"));
    build();
    buildCommands();
    applyTheme();
    m_model->setEpoch(m_status.state.epoch);
    showCounts();

    m_readSoon.setSingleShot(true);
    connect(&m_readSoon, &QTimer::timeout, this, &PendingActionsView::startReading);
    m_ticker.setInterval(1000);
    connect(&m_ticker, &QTimer::timeout, this, [this] {
        updateActions(); // a question's time may be over
        m_table->refreshElapsed();
    });
    connect(station, &Station::contentChanged, this, &PendingActionsView::refresh);
    connect(station, &Station::statusChanged, this, &PendingActionsView::setStatus);
    if (station->hasLooked())
        refresh();
}

void PendingActionsView::build()
{
    m_more->setObjectName(QStringLiteral("pendingMore"));
    m_empty->setObjectName(QStringLiteral("pendingEmpty"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_outcome->setObjectName(QStringLiteral("pendingOutcome"));
    m_outcome->setWordWrap(true);
    m_outcome->hide();

    auto *notes = new QHBoxLayout;
    notes->setContentsMargins(Theme::kGrid, Theme::kGrid / 2, Theme::kGrid, Theme::kGrid / 2);
    notes->addWidget(m_more);
    notes->addWidget(m_outcome, 1);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addWidget(m_headline);
    m_column->addWidget(m_table, 1);
    m_column->addWidget(m_empty, 1);
    m_column->addLayout(notes);
}

void PendingActionsView::buildCommands()
{
    connect(m_commands, &ActionCommands::told, this, &PendingActionsView::tell);
    connect(m_commands, &ActionCommands::done, this, &PendingActionsView::refresh);
    connect(m_headline, &PendingHeadline::approveDemanded, this, [this] { decideSelected(true); });
    connect(m_headline, &PendingHeadline::rejectDemanded, this, [this] { decideSelected(false); });
    connect(m_headline, &PendingHeadline::cancelDemanded, this, &PendingActionsView::cancelSelected);
    connect(m_table, &PendingTable::approveDemanded, this, [this] { decideSelected(true); });
    connect(m_table, &PendingTable::rejectDemanded, this, [this] { decideSelected(false); });
    connect(m_table, &PendingTable::cancelDemanded, this, &PendingActionsView::cancelSelected);
    connect(m_table, &PendingTable::storyDemanded, this, &PendingActionsView::storyDemanded);
    connect(m_table, &PendingTable::selectionMoved, this, &PendingActionsView::updateActions);
    connect(m_table, &QWidget::customContextMenuRequested, this, &PendingActionsView::showMenu);
    if (!m_station->isReadOnly())
        setTabOrder(m_table, m_headline->firstButton());
}

QSize PendingActionsView::minimumSizeHint() const
{
    const int needed = layout()->minimumHeightForWidth(width());
    int height = qMax(kLeastHeight, m_headline->minimumSizeHint().height() + kLeastTable);
    if (m_decision != nullptr && !m_decision->isHidden())
        height = qMax(needed, qMin(window()->height() * kShareOfDecision / 100, window()->height() - kRoomForLog));
    return {QWidget::minimumSizeHint().width(), height};
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
    m_model->setEpoch(status.state.epoch);
    showCounts();
    if (m_decision != nullptr)
        m_decision->follow(status);
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
    if (!m_model->isTicking())
        m_ticker.stop();
    else if (!m_ticker.isActive())
        m_ticker.start();
    showCounts();
    m_table->fitColumns();
    updateActions();
}

void PendingActionsView::showCounts()
{
    const int rows = m_model->rowCount();
    // The list is whole while it is short; the status may be a moment older or newer.
    const qint64 total = rows < kMaxRows ? rows : qMax<qint64>(rows, m_status.pending + m_status.executing);
    const QString number = QLocale().toString(total);
    const bool isTold = m_hasRead && (m_status.isKnown || rows > 0);
    m_headline->setHeading(isTold ? tr("Pending and running  %1").arg(number) : tr("Pending and running"));
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
    showParts();
}

void PendingActionsView::showParts()
{
    const bool isDeciding = m_decision != nullptr && !m_decision->isHidden();
    const bool hasRoom = !isDeciding || height() >= kRoomForBoth;
    m_empty->setVisible(m_model->rowCount() == 0 && hasRoom);
    m_table->setVisible(m_model->rowCount() > 0 && hasRoom);
    m_headline->showButtons(hasRoom);
}

QList<ProposalId> PendingActionsView::waiting(const QList<ProposalId> &ids) const
{
    QList<ProposalId> waiting;
    for (const ProposalId id : ids) {
        const std::optional<ActionProposal> action = m_model->find(id);
        if (action && m_model->approvalOf(*action).kind == ShownApproval::Kind::Waiting)
            waiting << id;
    }
    return waiting;
}

void PendingActionsView::updateActions()
{
    const QList<ProposalId> ids = m_table->selectedIds();
    m_headline->setSelection(ids.size(), waiting(ids).size());
    if (m_decision != nullptr)
        m_decision->follow(m_status);
}

void PendingActionsView::tell(const QString &sentence, const QString &cause)
{
    m_outcome->setText(sentence);
    m_outcome->setToolTip(plainTip(cause));
    m_outcome->show();
}

void PendingActionsView::cancelSelected()
{
    m_commands->cancel(m_table->selectedIds());
}

void PendingActionsView::decideSelected(bool isYes)
{
    if (m_station->isReadOnly())
        return;
    const QList<ProposalId> ids = waiting(m_table->selectedIds());
    if (ids.isEmpty()) {
        tell(tr("Nothing that is selected waits for approval."), {});
        return;
    }
    if (m_decision == nullptr) {
        m_decision = new DecisionPanel(m_model, this);
        m_column->insertWidget(1, m_decision, 3);
        connect(m_decision, &DecisionPanel::closed, this, [this] {
            showParts();
            updateGeometry();
            m_table->setFocus(Qt::OtherFocusReason);
        });
        connect(m_decision, &DecisionPanel::confirmed, this,
                [this](DecisionPanel::Decision decision, const QList<ProposalId> &decided, const QString &reason) {
                    if (decision == DecisionPanel::Decision::Approve)
                        m_commands->approve(decided, reason);
                    else
                        m_commands->reject(decided, reason);
                });
    }
    m_outcome->hide();
    m_decision->openFor(isYes ? DecisionPanel::Decision::Approve : DecisionPanel::Decision::Reject, ids, m_status);
    showParts();
    updateGeometry();
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
    if (!m_station->isReadOnly()) {
        if (!waiting(m_table->selectedIds()).isEmpty()) {
            menu->addAction(tr("&Approve …"), this, [this] { decideSelected(true); });
            menu->addAction(tr("Re&ject …"), this, [this] { decideSelected(false); });
        }
        menu->addAction(m_headline->cancelText(), this, &PendingActionsView::cancelSelected);
        addHolds(menu, id);
    }
    menu->popup(m_table->viewport()->mapToGlobal(where));
}

/// What does not stand already.
void PendingActionsView::addHolds(QMenu *menu, ProposalId id)
{
    const std::optional<ActionProposal> action = m_model->find(id);
    if (!action)
        return;
    menu->addSeparator();
    for (const StopScope &scope : {StopScope::agent(action->agentId), StopScope::action(action->actionName)}) {
        const bool stands = std::any_of(m_status.holds.cbegin(), m_status.holds.cend(),
                                        [&scope](const Hold &hold) { return hold.scope == scope; });
        if (scope.target.trimmed().isEmpty() || stands)
            continue;
        const QString text = tr("Hold %1").arg(shownScope(scope)).replace(u'&', QStringLiteral("&&"));
        menu->addAction(text, this, [this, scope] { m_commands->hold(scope); });
    }
}

void PendingActionsView::applyTheme()
{
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

void PendingActionsView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    showParts();
    if (event->oldSize().width() != event->size().width())
        updateGeometry();
}

} // namespace andon
