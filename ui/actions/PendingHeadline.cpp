// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/PendingHeadline.h"

#include "ui/Theme.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

namespace andon {

PendingHeadline::PendingHeadline(bool isReadOnly, QWidget *parent)
    : QWidget(parent)
    , m_layout(new QBoxLayout(QBoxLayout::LeftToRight, this))
    , m_buttons(new QHBoxLayout)
    , m_heading(new QLabel(this))
{
    setObjectName(QStringLiteral("pendingHeadline"));
    m_heading->setObjectName(QStringLiteral("pendingHeading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setFont(Theme::boldFont(font()));
    m_layout->setContentsMargins(Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    m_layout->setSpacing(Theme::kGrid);
    m_layout->addWidget(m_heading, 1);
    m_layout->addLayout(m_buttons);
    m_buttons->setSpacing(Theme::kGrid);
    if (isReadOnly)
        return;

    m_approve = addButton(tr("&Approve …"), "approveButton");
    m_approve->setToolTip(tr("Shows the selected actions that wait for approval, and asks for a reason (A)"));
    m_approve->setAccessibleName(tr("Approve the selected actions"));
    connect(m_approve, &QPushButton::clicked, this, &PendingHeadline::approveDemanded);
    m_reject = addButton(tr("Re&ject …"), "rejectButton");
    m_reject->setToolTip(tr("Shows the selected actions that wait for approval, and asks for a reason (R)"));
    m_reject->setAccessibleName(tr("Reject the selected actions"));
    connect(m_reject, &QPushButton::clicked, this, &PendingHeadline::rejectDemanded);
    m_cancel = addButton(tr("&Cancel action"), "cancelActionButton");
    m_cancel->setToolTip(tr("Cancels the selected actions at once (Delete)"));
    m_cancel->setAccessibleName(tr("Cancel the selected actions"));
    connect(m_cancel, &QPushButton::clicked, this, &PendingHeadline::cancelDemanded);
    setSelection(0, 0);
}

QPushButton *PendingHeadline::addButton(const QString &text, const char *name)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(QString::fromLatin1(name));
    button->setAutoDefault(false);
    m_buttons->addWidget(button);
    return button;
}

void PendingHeadline::setHeading(const QString &heading)
{
    m_heading->setText(heading);
    arrange();
}

void PendingHeadline::setSelection(qsizetype selected, qsizetype waiting)
{
    if (m_cancel == nullptr)
        return;
    m_approve->setEnabled(waiting > 0);
    m_reject->setEnabled(waiting > 0);
    m_cancel->setEnabled(selected > 0);
    m_cancel->setText(selected > 1 ? tr("&Cancel %1 actions").arg(QLocale().toString(selected)) : tr("&Cancel action"));
    arrange();
}

void PendingHeadline::showButtons(bool areShown)
{
    if (m_cancel == nullptr || m_cancel->isVisibleTo(this) == areShown)
        return;
    for (QPushButton *button : {m_approve, m_reject, m_cancel})
        button->setVisible(areShown);
    updateGeometry();
}

QString PendingHeadline::cancelText() const
{
    return m_cancel == nullptr ? QString() : m_cancel->text();
}

QWidget *PendingHeadline::firstButton() const
{
    return m_approve;
}

QSize PendingHeadline::minimumSizeHint() const
{
    // As narrow as with the buttons below, whichever way they stand now.
    const int width = qMax(m_heading->minimumSizeHint().width(), m_buttons->minimumSize().width());
    return {width + 2 * Theme::kGrid, QWidget::minimumSizeHint().height()};
}

QSize PendingHeadline::sizeHint() const
{
    return {m_heading->sizeHint().width() + m_buttons->sizeHint().width() + 3 * Theme::kGrid,
            QWidget::sizeHint().height()};
}

void PendingHeadline::arrange()
{
    const auto direction = width() < sizeHint().width() && m_cancel != nullptr ? QBoxLayout::TopToBottom
                                                                               : QBoxLayout::LeftToRight;
    if (m_layout->direction() == direction)
        return;
    m_layout->setDirection(direction);
    m_buttons->setAlignment(direction == QBoxLayout::TopToBottom ? Qt::AlignLeft : Qt::Alignment());
    updateGeometry();
}

void PendingHeadline::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void PendingHeadline::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        m_heading->setFont(Theme::boldFont(font()));
    QWidget::changeEvent(event);
}

} // namespace andon
