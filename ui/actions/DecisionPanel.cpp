// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/DecisionPanel.h"

#include "ui/Counted.h"
#include "ui/Theme.h"
#include "ui/actions/ProposalText.h"
#include "ui/safety/ShownScope.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include <algorithm>

namespace andon {

namespace {

constexpr int kFewestLines = 3;
constexpr int kMostLines = 10;

bool isSameAction(const ActionProposal &one, const ActionProposal &other)
{
    return one.actionName == other.actionName && one.actionType == other.actionType
        && one.parameters == other.parameters && one.reason == other.reason && one.agentId == other.agentId
        && one.requesterId == other.requesterId;
}

} // namespace

DecisionPanel::DecisionPanel(const PendingActionsModel *model, QWidget *parent)
    : QFrame(parent)
    , m_model(model)
    , m_title(new QLabel(this))
    , m_time(new QLabel(this))
    , m_note(new QLabel(this))
    , m_details(new QPlainTextEdit(this))
    , m_reason(new QLineEdit(this))
    , m_confirm(new QPushButton(this))
{
    setObjectName(QStringLiteral("decisionPanel"));
    setFrameShape(QFrame::StyledPanel);
    hide();
    build();
    connect(m_reason, &QLineEdit::textChanged, this, &DecisionPanel::updateConfirm);
    connect(m_reason, &QLineEdit::returnPressed, this, &DecisionPanel::confirm);
    connect(m_confirm, &QPushButton::clicked, this, &DecisionPanel::confirm);
}

void DecisionPanel::build()
{
    m_title->setObjectName(QStringLiteral("decisionTitle"));
    m_title->setFont(Theme::boldFont(font()));
    m_time->setObjectName(QStringLiteral("decisionTime"));
    m_time->setFont(Theme::figuresFont(font()));
    m_note->setObjectName(QStringLiteral("decisionNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setFont(Theme::boldFont(font()));
    m_details->setObjectName(QStringLiteral("decisionDetails"));
    m_details->setAccessibleName(tr("What is to be decided"));
    m_details->setReadOnly(true);
    m_details->setTabChangesFocus(true);
    m_details->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_details->setMinimumHeight((kFewestLines + 1) * m_details->fontMetrics().lineSpacing());
    m_details->setMaximumHeight((kMostLines + 1) * m_details->fontMetrics().lineSpacing());

    m_reason->setObjectName(QStringLiteral("decisionReasonEdit"));
    m_reason->setAccessibleName(tr("Reason for the decision"));
    m_reason->setPlaceholderText(tr("Why? This goes into the log."));
    auto *reasonLabel = new QLabel(tr("Rea&son (required)"), this);
    reasonLabel->setBuddy(m_reason);
    m_confirm->setObjectName(QStringLiteral("confirmDecisionButton"));
    m_confirm->setAutoDefault(false);
    auto *back = new QPushButton(tr("&Back"), this);
    back->setObjectName(QStringLiteral("decisionBackButton"));
    back->setAccessibleName(tr("Back, without a decision"));
    back->setAutoDefault(false);
    connect(back, &QPushButton::clicked, this, &DecisionPanel::close);

    auto *headline = new QHBoxLayout;
    headline->addWidget(m_title, 1);
    headline->addWidget(m_time);
    auto *reasonRow = new QHBoxLayout;
    reasonRow->addWidget(reasonLabel);
    reasonRow->addWidget(m_reason, 1);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_confirm);
    buttons->addWidget(back);
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(2 * Theme::kGrid, Theme::kGrid, 2 * Theme::kGrid, Theme::kGrid);
    column->setSpacing(Theme::kGrid);
    column->addLayout(headline);
    column->addWidget(m_details, 1);
    column->addWidget(m_note);
    column->addLayout(reasonRow);
    column->addLayout(buttons);
}

QSize DecisionPanel::minimumSizeHint() const
{
    return {QFrame::minimumSizeHint().width(), layout()->minimumHeightForWidth(width())};
}

void DecisionPanel::openFor(Decision decision, const QList<ProposalId> &ids, const SafetyStatus &status)
{
    m_decision = decision;
    m_opened.clear();
    m_left.clear();
    for (const ProposalId id : ids) {
        const std::optional<ActionProposal> action = m_model->find(id);
        if (action && m_model->approvalOf(*action).kind == ShownApproval::Kind::Waiting)
            m_opened << *action;
    }
    if (m_opened.isEmpty())
        return;
    m_reason->clear();
    show();
    follow(status);
    m_reason->setFocus(Qt::OtherFocusReason);
}

void DecisionPanel::follow(const SafetyStatus &status)
{
    if (isHidden())
        return;
    QList<ActionProposal> left;
    QStringList notes;
    for (const ActionProposal &action : std::as_const(m_opened)) {
        const QString why = whyNot(action);
        if (why.isEmpty())
            left << action;
        else
            notes << why;
    }
    if (left != m_left || m_title->text().isEmpty()) {
        m_left = left;
        showActions();
    }
    m_obstacle = obstacle(status);
    if (!m_obstacle.isEmpty() && !m_left.isEmpty())
        notes << m_obstacle;
    const QString note = notes.join(u' ');
    if (m_note->text() != note) {
        m_note->setText(note);
        setAccessibleDescription(note);
        QAccessibleEvent event(this, note.isEmpty() ? QAccessible::DescriptionChanged : QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
    m_note->setVisible(!note.isEmpty());
    updateGeometry();
    m_time->setText(timeLeft());
    updateConfirm();
}

/// Why an action that this was opened for cannot be decided any more; empty where it can.
QString DecisionPanel::whyNot(const ActionProposal &asOpened) const
{
    const QString id = u'#' + asOpened.id.toString();
    const std::optional<ActionProposal> now = m_model->find(asOpened.id);
    if (!now)
        return tr("%1 is not in the list any more.").arg(id);
    if (!isSameAction(asOpened, *now))
        return tr("%1 has been changed since this was opened: go back and look at it again.").arg(id);
    const ShownApproval approval = m_model->approvalOf(*now);
    if (approval.kind == ShownApproval::Kind::Waiting)
        return {};
    return approval.text.isEmpty() ? tr("%1 does not wait any more.").arg(id)
                                   : tr("%1 does not wait any more: %2.").arg(id, approval.text);
}

QString DecisionPanel::obstacle(const SafetyStatus &status) const
{
    if (!status.isKnown)
        return tr("The state is unknown: nothing can be decided now.");
    if (m_decision == Decision::Reject)
        return {};
    if (status.display() != SafetyStatus::Display::Execute)
        return tr("Nothing may run now: an approval would be void. Enable execution first, or reject.");
    for (const Hold &hold : status.holds) {
        const bool isCovering = std::any_of(m_left.cbegin(), m_left.cend(), [&hold](const ActionProposal &action) {
            return hold.scope.covers({action.agentId, action.actionName});
        });
        if (isCovering)
            return tr("Stop %1 holds %2: reset it first, or reject.")
                .arg(hold.stopId.toString(), shownScope(hold.scope));
    }
    return {};
}

QString DecisionPanel::timeLeft() const
{
    QDateTime soonest;
    for (const ActionProposal &action : m_left) {
        if (!soonest.isValid() || action.approval->expiresAt < soonest)
            soonest = action.approval->expiresAt;
    }
    return soonest.isValid() ? tr("%1 left").arg(ShownApproval::countdown(soonest, m_model->now())) : QString();
}

void DecisionPanel::showActions()
{
    const bool isYes = m_decision == Decision::Approve;
    const QList<ActionProposal> &shown = m_left.isEmpty() ? m_opened : m_left;
    const QString one = u'#' + shown.first().id.toString();
    m_title->setText(counted(shown.size(), (isYes ? tr("Approve action %1?") : tr("Reject action %1?")).arg(one),
                             isYes ? tr("Approve %1 actions?") : tr("Reject %1 actions?")));
    m_confirm->setText(counted(shown.size(), (isYes ? tr("Approve %1") : tr("Reject %1")).arg(one),
                               isYes ? tr("Approve %1 actions") : tr("Reject %1 actions")));
    setAccessibleName(m_title->text());
    const QString text = proposalsText(shown);
    if (m_details->toPlainText() != text)
        m_details->setPlainText(text);
}

void DecisionPanel::updateConfirm()
{
    m_reason->setEnabled(!m_left.isEmpty());
    m_confirm->setEnabled(!m_left.isEmpty() && m_obstacle.isEmpty() && !m_reason->text().trimmed().isEmpty());
}

void DecisionPanel::confirm()
{
    if (!m_confirm->isEnabled())
        return;
    QList<ProposalId> ids;
    for (const ActionProposal &action : std::as_const(m_left))
        ids << action.id;
    const QString reason = m_reason->text().trimmed();
    close();
    emit confirmed(m_decision, ids, reason);
}

void DecisionPanel::close()
{
    hide();
    emit closed();
}

void DecisionPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape) {
        close();
        event->accept();
        return;
    }
    QFrame::keyPressEvent(event);
}

} // namespace andon
