// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"

#include <QFrame>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace andon {

/// What enabling execution will do, spelled out, and a reason asked for. A panel inside the window:
/// the kill switch stays within reach.
class EnableExecutionPanel : public QFrame
{
    Q_OBJECT

public:
    explicit EnableExecutionPanel(QWidget *parent = nullptr);

    /// Opens for the state that the person sees now; remembers its epoch.
    void openFor(const SafetyStatus &status);
    /// The state has moved on. Returns false, and closes, where it is no longer the one that this
    /// was opened for.
    bool follow(const SafetyStatus &status);

signals:
    /// The person has decided. `expected` is the epoch that this was opened for.
    void confirmed(const QString &reason, bool keepPending, andon::Epoch expected);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showPending(qint64 pending);
    void confirm();

    Epoch m_expected;
    QLabel *m_consequences;
    QCheckBox *m_keep;
    QLineEdit *m_reason;
    QPushButton *m_enable;
};

} // namespace andon
