// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/safety/ShownState.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace andon {

/// Clears the latch of one stop or one hold, with a reason. Says what was stopped, by whom, when and why.
///
/// A panel inside the window and never modal: another stop can be pressed while it is open, and
/// then it closes, because a reset is good for exactly the stop that the person saw.
class ResetDialog : public QFrame
{
    Q_OBJECT

public:
    explicit ResetDialog(QWidget *parent = nullptr);

    /// Opens for the stop that is shown to stand. The receipt may be of that stop or another; the
    /// status may be a moment older than either.
    void openFor(const ShownState &shown, const SafetyStatus &status, const std::optional<StopReceipt> &receipt);
    /// Opens for a hold that is shown to stand.
    void openFor(const Hold &hold, const SafetyStatus &status, const std::optional<StopReceipt> &receipt);
    /// The state has moved on. Returns false, and closes, where the stop or hold that this was opened for
    /// no longer stands.
    bool follow(const ShownState &shown, const SafetyStatus &status, const std::optional<StopReceipt> &receipt);

    [[nodiscard]] StopId stopId() const { return m_stop; }

signals:
    /// The person has decided.
    void confirmed(andon::StopId stop, const QString &reason);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void open(StopId stop, const QString &title, const QString &consequence);
    [[nodiscard]] bool stillStands(const ShownState &shown, const SafetyStatus &status) const;
    void showFacts(const ShownState &shown, const SafetyStatus &status, const std::optional<StopReceipt> &receipt);
    void showFacts(const Hold &hold, const SafetyStatus &status, const std::optional<StopReceipt> &receipt);
    [[nodiscard]] QStringList factsOf(const std::optional<StopReceipt> &receipt, const SafetyStatus &status) const;
    void confirm();

    StopId m_stop;
    std::optional<Hold> m_hold; ///< where it was opened for one
    QLabel *m_title;
    QLabel *m_facts;
    QLabel *m_cause;
    QLabel *m_consequence;
    QLineEdit *m_reason;
    QPushButton *m_confirm;
};

} // namespace andon
