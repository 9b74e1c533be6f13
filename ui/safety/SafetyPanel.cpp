// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/SafetyPanel.h"

#include "ui/Answer.h"
#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/safety/HoldsView.h"
#include "ui/safety/KillSwitchButton.h"
#include "ui/safety/ModeToggle.h"
#include "ui/safety/StateBanner.h"
#include "ui/safety/StopReceiptView.h"
#include "ui/safety/WithdrawPanel.h"

#include <QBoxLayout>
#include <QEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>

#include <algorithm>

namespace andon {

namespace {

constexpr int kNarrowest = 35 * Theme::kGrid;
constexpr int kWidthInCharacters = 34;

/// A stop that is as good as effective, or one that has nothing to do with the permit.
bool isRevoked(const StopReceipt &receipt)
{
    return receipt.permitRevokedUs || (!receipt.isDelivered && receipt.isFiled)
        || receipt.stage != StopReceipt::Stage::Requested || receipt.scope.isHold();
}

} // namespace

SafetyPanel::SafetyPanel(Station *station, QWidget *parent)
    : QWidget(parent)
    , m_station(station)
    , m_status(station->status())
    , m_receipt(station->receipt())
    , m_hasLooked(station->hasLooked())
    , m_banner(new StateBanner(this))
    , m_holds(new HoldsView(this))
    , m_receiptView(new StopReceiptView(this))
{
    setObjectName(QStringLiteral("safetyPanel"));
    m_banner->setReadOnly(station->isReadOnly());
    m_holds->setReadOnly(station->isReadOnly());
    connect(m_holds, &HoldsView::resetDemanded, this, &SafetyPanel::holdResetDemanded);
    if (!station->isReadOnly()) {
        m_killSwitch = new KillSwitchButton(this);
        m_toggle = new ModeToggle(this);
        m_withdraw = new QPushButton(tr("&Withdraw …"), this);
        m_withdraw->setObjectName(QStringLiteral("withdrawStopButton"));
        m_withdraw->setAccessibleName(tr("Withdraw the stop that is not delivered"));
        m_withdraw->setAccessibleDescription(
            tr("The server has not heard of it yet. Once it has, the stop is reset instead."));
        m_withdraw->setToolTip(plainTip(m_withdraw->accessibleDescription()));
        m_withdraw->setMinimumHeight(5 * Theme::kGrid);
        m_withdraw->setAutoDefault(false);
        connect(m_withdraw, &QPushButton::clicked, this, &SafetyPanel::withdrawDemanded);
        connect(m_killSwitch, &KillSwitchButton::stopDemanded, this,
                [this] { stop(QStringLiteral("kill switch pressed in the panel")); });
        connect(m_toggle, &ModeToggle::observeDemanded, this, &SafetyPanel::observeDemanded);
        connect(m_toggle, &ModeToggle::executeDemanded, this, &SafetyPanel::executeDemanded);
        connect(m_toggle, &ModeToggle::resetDemanded, this, &SafetyPanel::resetDemanded);
    }
    build();
    connect(station, &Station::statusChanged, this, &SafetyPanel::onStatus);
    connect(station, &Station::receiptChanged, this, &SafetyPanel::onReceipt);
    if (m_receipt)
        m_receiptView->setReceipt(*m_receipt);
    refresh();
}

void SafetyPanel::build()
{
    auto *lower = new QWidget;
    auto *lowerColumn = new QVBoxLayout(lower);
    lowerColumn->setContentsMargins(2 * Theme::kGrid, 3 * Theme::kGrid, 2 * Theme::kGrid, 2 * Theme::kGrid);
    lowerColumn->setSpacing(3 * Theme::kGrid);
    if (m_toggle != nullptr) {
        lowerColumn->addWidget(m_withdraw, 0, Qt::AlignLeft); // in sight in the lowest window, too
        lowerColumn->addWidget(m_toggle);
    }
    lowerColumn->addWidget(m_receiptView);
    lowerColumn->addStretch(1);

    auto *scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("safetyScroll"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setMinimumHeight(Theme::kGrid);
    scroll->setWidget(lower);
    connect(m_receiptView, &StopReceiptView::alarmRaised, scroll, [scroll, this] {
        QTimer::singleShot(0, scroll, [scroll, this] { // once the layout has made room for it
            scroll->ensureWidgetVisible(m_receiptView, 0, 0);
            scroll->verticalScrollBar()->setValue(m_receiptView->y());
        });
    });

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_banner);
    column->addWidget(m_holds);
    if (m_killSwitch != nullptr)
        column->addWidget(m_killSwitch);
    column->addWidget(scroll); // takes what is left over, and shares with the holds what is lacking
    adjustWidth();
}

void SafetyPanel::adjustWidth()
{
    setFixedWidth(qMax(kNarrowest, kWidthInCharacters * fontMetrics().averageCharWidth()));
}

void SafetyPanel::stop(const QString &origin)
{
    if (m_station->isReadOnly())
        return;
    onAnswer(
        m_station->stop(origin), this, [](const StopReceipt &) {}, // its instants were told on the way
        [this](const Failure &failure) { onStopFailed(failure); });
}

void SafetyPanel::onStatus(const SafetyStatus &status)
{
    m_hasLooked = true;
    m_status = status;
    refresh();
}

void SafetyPanel::onReceipt(const StopReceipt &receipt)
{
    m_receipt = receipt;
    m_stopTrouble = isRevoked(receipt) ? QString() : receipt.trouble;
    m_receiptView->setReceipt(receipt);
    refresh();
}

void SafetyPanel::onStopFailed(const Failure &failure)
{
    if (m_receipt && m_receipt->stage == StopReceipt::Stage::Withdrawn && m_receipt->trouble.isEmpty())
        return; // by a person, who knows
    const QString sentence = failure.message.isEmpty() ? tr("The stop could not be carried out.") : failure.message;
    if (!m_receipt || !isRevoked(*m_receipt)) {
        m_stopTrouble = sentence;
        refresh();
    }
    emit stopFailed(sentence, failure.cause);
}

void SafetyPanel::refresh()
{
    m_shown = ShownState::of(m_status, m_receipt);
    if (!m_hasLooked && m_shown.kind == ShownState::Kind::Unknown)
        m_shown = ShownState(); // nobody has looked yet: not unknown, but opening
    m_banner->setState(m_shown);
    m_holds->setHolds(m_status.holds);
    m_receiptView->setDeadline(m_status.stopDeadline);
    m_receiptView->setStanding(isReceiptStanding());
    if (m_toggle != nullptr)
        m_toggle->setState(m_shown, m_status.pending);
    if (m_withdraw != nullptr)
        m_withdraw->setVisible(canWithdraw());
    if (m_killSwitch != nullptr)
        m_killSwitch->setObstacle(m_stopTrouble.isEmpty() ? m_status.stopObstacle : m_stopTrouble);
    emit changed();
}

bool SafetyPanel::canWithdraw() const
{
    return WithdrawPanel::isAbout(m_receipt) || m_shown.kind == ShownState::Kind::StopNotDelivered;
}

/// Of what is not known it is taken that it stands.
bool SafetyPanel::isReceiptStanding() const
{
    if (!m_receipt || !m_status.isKnown || !m_receipt->stopId.isValid())
        return true;
    if (m_receipt->scope.isHold())
        return std::any_of(m_status.holds.cbegin(), m_status.holds.cend(),
                           [this](const Hold &hold) { return hold.stopId == m_receipt->stopId; });
    return m_shown.kind == ShownState::Kind::Stopped && m_shown.stopId == m_receipt->stopId;
}

void SafetyPanel::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        adjustWidth();
    QWidget::changeEvent(event);
}

} // namespace andon
