// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"
#include "ui/actions/PendingActionsModel.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace andon {

/// A person's yes or no to actions that wait for it: shows each as it would run, and asks for a reason.
///
/// A panel inside the window: the kill switch stays within reach. Good for exactly what it shows: what has been
/// decided, has expired or has become another action meanwhile drops out, and it says so.
class DecisionPanel : public QFrame
{
    Q_OBJECT

public:
    enum class Decision { Approve, Reject };

    /// `model` must outlive this.
    explicit DecisionPanel(const PendingActionsModel *model, QWidget *parent = nullptr);

    /// Opens for those of these that wait.
    void openFor(Decision decision, const QList<ProposalId> &ids, const SafetyStatus &status);
    /// The list, the time or the state has moved on.
    void follow(const SafetyStatus &status);

    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void confirmed(andon::DecisionPanel::Decision decision, const QList<andon::ProposalId> &ids, const QString &reason);
    /// It is no longer shown.
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void build();
    void showActions();
    void updateConfirm();
    void confirm();
    void close();
    [[nodiscard]] QString whyNot(const ActionProposal &asOpened) const;
    [[nodiscard]] QString obstacle(const SafetyStatus &status) const;
    [[nodiscard]] QString timeLeft() const;

    const PendingActionsModel *m_model;
    Decision m_decision = Decision::Approve;
    QList<ActionProposal> m_opened; ///< as they were
    QList<ActionProposal> m_left;   ///< those of them that still wait
    QString m_obstacle;             ///< why none can be decided now
    QLabel *m_title;
    QLabel *m_time;
    QLabel *m_note;
    QPlainTextEdit *m_details;
    QLineEdit *m_reason;
    QPushButton *m_confirm;
};

} // namespace andon
