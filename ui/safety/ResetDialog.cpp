// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/ResetDialog.h"

#include "ui/Counted.h"
#include "ui/Theme.h"

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
    addText(column, this)
        ->setText(tr(
            "Reset leaves the mode at OBSERVE; enabling execution is a second act. Cancelled actions stay cancelled."));

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
    m_stop = shown.stopId;
    setAccessibleName(tr("Reset stop %1").arg(m_stop.toString()));
    m_title->setText(tr("Reset stop %1?").arg(m_stop.toString()));
    m_confirm->setText(tr("Rese&t stop %1").arg(m_stop.toString()));
    m_reason->clear();
    m_confirm->setEnabled(false);
    showFacts(shown, status, receipt);
    show();
    m_reason->setFocus(Qt::OtherFocusReason);
}

bool ResetDialog::follow(const ShownState &shown, const SafetyStatus &status, const std::optional<StopReceipt> &receipt)
{
    if (isHidden())
        return true;
    if (shown.kind != ShownState::Kind::Stopped || shown.stopId != m_stop) {
        hide();
        return false;
    }
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

    QStringList facts;
    if (isReceiptOfThis)
        facts << counted(receipt->cancelledCount, tr("1 pending action was cancelled."),
                         tr("%1 pending actions were cancelled."));
    if (status.state.sweepPending)
        facts << tr("The cancelling is not finished.");
    facts << (status.executing == 0 ? tr("Nothing is running.")
                                    : counted(status.executing, tr("1 action is still marked as running."),
                                              tr("%1 actions are still marked as running.")));
    m_facts->setText(facts.join(u' '));
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
