// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/WithdrawPanel.h"

#include "ui/Theme.h"
#include "ui/audit/EventText.h"
#include "ui/safety/ShownScope.h"
#include "ui/safety/ShownState.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

namespace andon {

namespace {

constexpr qsizetype kLongestReason = 200;

QLabel *addText(QBoxLayout *layout, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    layout->addWidget(label);
    return label;
}

} // namespace

WithdrawPanel::WithdrawPanel(QWidget *parent)
    : QFrame(parent)
    , m_back(new QPushButton(tr("&Back"), this))
{
    setObjectName(QStringLiteral("withdrawPanel"));
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Withdraw the stop"));
    hide();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(2 * Theme::kGrid, 2 * Theme::kGrid, 2 * Theme::kGrid, 2 * Theme::kGrid);
    column->setSpacing(Theme::kGrid);
    auto *title = addText(column, this);
    title->setText(tr("Withdraw the stop?"));
    title->setFont(Theme::boldFont(font()));
    m_cause = addText(column, this);
    m_cause->setObjectName(QStringLiteral("withdrawCause"));
    m_consequence = addText(column, this);
    m_consequence->setObjectName(QStringLiteral("withdrawConsequence"));

    auto *withdraw = new QPushButton(tr("Withdraw the s&top"), this);
    withdraw->setObjectName(QStringLiteral("confirmWithdrawButton"));
    withdraw->setAccessibleName(tr("Withdraw the stop"));
    withdraw->setAutoDefault(false);
    m_back->setObjectName(QStringLiteral("withdrawBackButton"));
    m_back->setAccessibleName(tr("Back, the stop stays"));
    m_back->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(withdraw);
    buttons->addWidget(m_back);
    buttons->addStretch(1);
    column->addLayout(buttons);

    connect(withdraw, &QPushButton::clicked, this, &WithdrawPanel::confirm);
    connect(m_back, &QPushButton::clicked, this, &QWidget::hide);
}

bool WithdrawPanel::isAbout(const std::optional<StopReceipt> &receipt)
{
    return receipt && receipt->stage == StopReceipt::Stage::Requested && !receipt->isDelivered;
}

namespace {

QString causeOf(const StopReceipt &receipt)
{
    const QString moment = shownMoment(receipt.requestedAt);
    const QString reason = EventText::visible(receipt.reason.simplified(), kLongestReason);
    const QString cause = receipt.scope.isHold()
        ? WithdrawPanel::tr("Hold of %1, asked for at %2 by %3").arg(shownScope(receipt.scope), moment, receipt.by)
        : WithdrawPanel::tr("Pressed at %1 by %2").arg(moment, receipt.by);
    return reason.isEmpty() ? WithdrawPanel::tr("%1, without a reason.").arg(cause)
                            : WithdrawPanel::tr("%1: %2").arg(cause, reason);
}

} // namespace

void WithdrawPanel::openFor(const std::optional<StopReceipt> &receipt)
{
    m_cause->setText(isAbout(receipt) ? causeOf(*receipt) : tr("Asked for by another program on this machine."));
    m_consequence->setText(
        tr("Every stop that waits here for the server is dropped, and the log will not tell of it. What it stopped "
           "stays stopped; new actions may start once the server answers and allows them."));
    setAccessibleDescription(m_cause->text() + u' ' + m_consequence->text());
    show();
    m_back->setFocus(Qt::OtherFocusReason);
}

bool WithdrawPanel::follow(bool canBeWithdrawn, const std::optional<StopReceipt> &receipt)
{
    if (isHidden() || canBeWithdrawn)
        return true;
    hide();
    return receipt && receipt->stage == StopReceipt::Stage::Withdrawn;
}

void WithdrawPanel::confirm()
{
    hide();
    emit confirmed();
}

void WithdrawPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        event->accept();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace andon
