// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/ResetDialog.h"

#include "ui/Counted.h"
#include "ui/Theme.h"
#include "ui/safety/ShownScope.h"
#include "ui/safety/ShownTarget.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace andon {

namespace {

QLabel *addText(QBoxLayout *layout, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(label);
    return label;
}

} // namespace

ResetDialog::ResetDialog(QWidget *parent)
    : QFrame(parent)
    , m_reason(new QLineEdit(this))
    , m_confirm(new QPushButton(this))
{
    setObjectName(QStringLiteral("resetDialog"));
    setFrameShape(QFrame::StyledPanel);
    hide();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(2 * Theme::kGrid, 2 * Theme::kGrid, 2 * Theme::kGrid, 2 * Theme::kGrid);
    column->setSpacing(Theme::kGrid);
    m_title = addText(column, this);
    m_title->setFont(Theme::boldFont(font()));
    m_cause = addText(column, this);
    m_facts = addText(column, this);
    m_facts->setObjectName(QStringLiteral("resetFacts"));
    m_consequence = addText(column, this);
    m_consequence->setObjectName(QStringLiteral("resetConsequence"));

    m_reason->setObjectName(QStringLiteral("resetReasonEdit"));
    m_reason->setAccessibleName(tr("Reason for the reset"));
    m_reason->setPlaceholderText(tr("What was found, and why is it safe? This goes into the log."));
    auto *reasonLabel = new QLabel(tr("Rea&son (required)"), this);
    reasonLabel->setBuddy(m_reason);
    auto *reasonRow = new QHBoxLayout;
    reasonRow->addWidget(reasonLabel);
    reasonRow->addWidget(m_reason, 1);
    column->addLayout(reasonRow);

    m_confirm->setObjectName(QStringLiteral("confirmResetButton"));
    m_confirm->setAutoDefault(false);
    auto *back = new QPushButton(tr("&Back"), this);
    back->setObjectName(QStringLiteral("resetBackButton"));
    back->setAccessibleName(tr("Back, without a reset"));
    back->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_confirm);
    buttons->addWidget(back);
    buttons->addStretch(1);
    column->addLayout(buttons);

    connect(m_reason, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_confirm->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_reason, &QLineEdit::returnPressed, this, &ResetDialog::confirm);
    connect(m_confirm, &QPushButton::clicked, this, &ResetDialog::confirm);
    connect(back, &QPushButton::clicked, this, &QWidget::hide);
}

void ResetDialog::openFor(const ShownState &shown, const SafetyStatus &status,
                          const std::optional<StopReceipt> &receipt)
{
    m_hold.reset();
    open(shown.stopId, tr("Reset stop %1?").arg(shown.stopId.toString()),
         tr("Reset leaves the mode at OBSERVE; enabling execution is a second act. Cancelled actions stay cancelled."));
    showFacts(shown, status, receipt);
}

void ResetDialog::openFor(const Hold &hold, const SafetyStatus &status, const std::optional<StopReceipt> &receipt)
{
    m_hold = hold;
    const bool isAgent = hold.scope.kind == StopScope::Kind::Agent;
    open(hold.stopId, tr("Reset stop %1, which holds %2?").arg(hold.stopId.toString(), shownScope(hold.scope)),
         isAgent
             ? tr("Once reset, it may act again where executing is allowed. Cancelled actions stay cancelled.")
             : tr("Once reset, they may start again where executing is allowed. Cancelled actions stay cancelled."));
    showFacts(hold, status, receipt);
}

void ResetDialog::open(StopId stop, const QString &title, const QString &consequence)
{
    m_stop = stop;
    setAccessibleName(tr("Reset stop %1").arg(m_stop.toString()));
    m_title->setText(title);
    m_consequence->setText(consequence);
    m_confirm->setText(tr("Rese&t stop %1").arg(m_stop.toString()));
    m_reason->clear();
    m_confirm->setEnabled(false);
    show();
    m_reason->setFocus(Qt::OtherFocusReason);
}

bool ResetDialog::stillStands(const ShownState &shown, const SafetyStatus &status) const
{
    if (m_hold)
        return status.isKnown && status.holds.contains(*m_hold);
    return shown.kind == ShownState::Kind::Stopped && shown.stopId == m_stop;
}

bool ResetDialog::follow(const ShownState &shown, const SafetyStatus &status, const std::optional<StopReceipt> &receipt)
{
    if (isHidden())
        return true;
    if (!stillStands(shown, status)) {
        hide();
        return false;
    }
    if (m_hold)
        showFacts(*m_hold, status, receipt);
    else
        showFacts(shown, status, receipt);
    return true;
}

void ResetDialog::showFacts(const ShownState &shown, const SafetyStatus &status,
                            const std::optional<StopReceipt> &receipt)
{
    const bool isReceiptOfThis = receipt && receipt->stopId == m_stop;
    const QString by = isReceiptOfThis ? receipt->by : shown.by;
    const QString reason = isReceiptOfThis ? receipt->reason : shown.reason;
    const QDateTime moment = isReceiptOfThis ? receipt->requestedAt : shown.since;
    m_cause->setText(reason.isEmpty() ? tr("Pressed at %1 by %2, without a reason.").arg(shownMoment(moment), by)
                                      : tr("Pressed at %1 by %2: %3").arg(shownMoment(moment), by, reason));

    QStringList facts = factsOf(receipt, status);
    if (status.state.sweepPending)
        facts << tr("The cancelling is not finished.");
    facts << (status.executing == 0 ? tr("Nothing is running.")
                                    : counted(status.executing, tr("1 action is still marked as running."),
                                              tr("%1 actions are still marked as running.")));
    m_facts->setText(facts.join(u' '));
}

void ResetDialog::showFacts(const Hold &hold, const SafetyStatus &status, const std::optional<StopReceipt> &receipt)
{
    m_cause->setText(hold.reason.isEmpty()
                         ? tr("Held at %1 by %2, without a reason.").arg(shownMoment(hold.at), hold.by)
                         : tr("Held at %1 by %2: %3").arg(shownMoment(hold.at), hold.by, hold.reason));
    QStringList facts = factsOf(receipt, status);
    facts << (hold.scope.kind == StopScope::Kind::Agent
                  ? tr("Only this agent is stopped; other agents go on.")
                  : tr("Only these actions are stopped, whichever agent takes them; other actions go on."));
    m_facts->setText(facts.join(u' '));
}

/// What the receipt tells, where it is that of this stop.
QStringList ResetDialog::factsOf(const std::optional<StopReceipt> &receipt, const SafetyStatus &status) const
{
    if (!receipt || receipt->stopId != m_stop)
        return {};
    QStringList facts{counted(receipt->cancelledCount, tr("1 pending action was cancelled."),
                              tr("%1 pending actions were cancelled."))};
    const auto elapsed = std::chrono::milliseconds(receipt->requestedAt.msecsTo(QDateTime::currentDateTimeUtc()));
    const QString alarm = ShownTarget::alarm(receipt->targets, elapsed, status.stopDeadline);
    if (!alarm.isEmpty())
        facts << tr("%1: look for it before you reset.").arg(alarm);
    return facts;
}

void ResetDialog::confirm()
{
    const QString reason = m_reason->text().trimmed();
    if (reason.isEmpty())
        return;
    hide();
    emit confirmed(m_stop, reason);
}

void ResetDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        event->accept();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace andon
