// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/EnableExecutionPanel.h"

#include "ui/Counted.h"
#include "ui/Theme.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace andon {

EnableExecutionPanel::EnableExecutionPanel(QWidget *parent)
    : QFrame(parent)
    , m_consequences(new QLabel(this))
    , m_keep(new QCheckBox(this))
    , m_reason(new QLineEdit(this))
    , m_enable(new QPushButton(tr("&Enable execution"), this))
{
    setObjectName(QStringLiteral("enableExecutionPanel"));
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("Enable execution"));
    hide();

    auto *title = new QLabel(tr("Enable execution?"), this);
    title->setFont(Theme::boldFont(font()));
    m_consequences->setObjectName(QStringLiteral("enableConsequences"));
    m_consequences->setWordWrap(true);
    m_consequences->setTextFormat(Qt::PlainText);
    m_keep->setObjectName(QStringLiteral("keepPendingBox"));
    m_reason->setObjectName(QStringLiteral("modeReasonEdit"));
    m_reason->setAccessibleName(tr("Reason for enabling execution"));
    m_reason->setPlaceholderText(tr("Why? This goes into the log."));
    auto *reasonLabel = new QLabel(tr("Rea&son (required)"), this);
    reasonLabel->setBuddy(m_reason);
    m_enable->setObjectName(QStringLiteral("enableExecutionButton"));
    m_enable->setAutoDefault(false);
    auto *back = new QPushButton(tr("&Back"), this);
    back->setObjectName(QStringLiteral("modeBackButton"));
    back->setAccessibleName(tr("Back, without enabling execution"));
    back->setAutoDefault(false);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(2 * Theme::kGrid, 2 * Theme::kGrid, 2 * Theme::kGrid, 2 * Theme::kGrid);
    column->setSpacing(Theme::kGrid);
    column->addWidget(title);
    column->addWidget(m_consequences);
    column->addWidget(m_keep);
    auto *reasonRow = new QHBoxLayout;
    reasonRow->addWidget(reasonLabel);
    reasonRow->addWidget(m_reason, 1);
    column->addLayout(reasonRow);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_enable);
    buttons->addWidget(back);
    buttons->addStretch(1);
    column->addLayout(buttons);

    connect(m_reason, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_enable->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_reason, &QLineEdit::returnPressed, this, &EnableExecutionPanel::confirm);
    connect(m_enable, &QPushButton::clicked, this, &EnableExecutionPanel::confirm);
    connect(back, &QPushButton::clicked, this, &QWidget::hide);
}

void EnableExecutionPanel::openFor(const SafetyStatus &status)
{
    m_expected = status.state.epoch;
    m_reason->clear();
    m_enable->setEnabled(false);
    m_keep->setChecked(false);
    showPending(status.pending);
    show();
    m_reason->setFocus(Qt::OtherFocusReason);
}

bool EnableExecutionPanel::follow(const SafetyStatus &status)
{
    if (!isHidden() && (!status.isKnown || status.state.epoch != m_expected || status.isStopRequested)) {
        hide();
        return false;
    }
    showPending(status.pending);
    return true;
}

void EnableExecutionPanel::showPending(qint64 pending)
{
    const QString rest = tr("Enabling starts nothing by itself: from then on, agents may start validated actions.");
    m_consequences->setText(pending == 0
                                ? tr("Nothing is pending. %1").arg(rest)
                                : counted(pending, tr("1 action is pending. It will be cancelled, unless you keep it."),
                                          tr("%1 actions are pending. They will be cancelled, unless you keep them."))
                                    + u' ' + rest);
    m_keep->setText(counted(pending, tr("&Keep the pending action"), tr("&Keep the %1 pending actions")));
    m_keep->setVisible(pending > 0);
}

void EnableExecutionPanel::confirm()
{
    const QString reason = m_reason->text().trimmed();
    if (reason.isEmpty())
        return;
    hide();
    emit confirmed(reason, m_keep->isChecked(), m_expected);
}

void EnableExecutionPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        event->accept();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace andon
