// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/safety/StopReceipt.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace andon {

/// Asks, in the window and in nobody's way, before a stop is withdrawn that no server knows of, and says what that
/// means. Closes by itself once the stop is delivered: then it is to be reset.
class WithdrawPanel : public QFrame
{
    Q_OBJECT

public:
    explicit WithdrawPanel(QWidget *parent = nullptr);

    /// True for a stop that was pressed here and that no server has.
    [[nodiscard]] static bool isAbout(const std::optional<StopReceipt> &receipt);

    /// Shows the question for this stop, or for those that other programs have left on this machine. The keyboard is
    /// led to the way back: Enter out of habit withdraws nothing.
    void openFor(const std::optional<StopReceipt> &receipt);
    /// Closes where there is nothing left to withdraw. False where it closed because the stop was delivered.
    bool follow(bool canBeWithdrawn, const std::optional<StopReceipt> &receipt);

signals:
    void confirmed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void confirm();

    QLabel *m_cause;
    QLabel *m_consequence;
    QPushButton *m_back;
};

} // namespace andon
