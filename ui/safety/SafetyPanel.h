// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/safety/ShownState.h"

#include <QWidget>

class QPushButton;

namespace andon {

class HoldsView;
class KillSwitchButton;
struct Failure;
class ModeToggle;
class StateBanner;
class StopReceiptView;

/// The left column: state, what is held, kill switch, mode, last receipt. The state and the kill switch always
/// have their room; what lies below scrolls where the window is low.
///
/// In a reviewer's window only the state and the last receipt are there.
class SafetyPanel : public QWidget
{
    Q_OBJECT

public:
    /// `station` must outlive this.
    explicit SafetyPanel(Station *station, QWidget *parent = nullptr);

    /// Stops, for the button and the emergency keys alike; `origin` goes into the log as the reason.
    /// Nothing in a reviewer's window.
    void stop(const QString &origin);

    /// What the person sees.
    [[nodiscard]] const ShownState &shown() const { return m_shown; }
    [[nodiscard]] const SafetyStatus &status() const { return m_status; }
    [[nodiscard]] const std::optional<StopReceipt> &receipt() const { return m_receipt; }
    /// Whether a stop waits on this machine for a server that does not know of it.
    [[nodiscard]] bool canWithdraw() const;

signals:
    void observeDemanded();
    void executeDemanded();
    void resetDemanded();
    void withdrawDemanded();
    void holdResetDemanded(andon::StopId stop);
    /// The status or the receipt is another; what is shown follows it already.
    void changed();
    /// A stop could not be carried through: a sentence, and the detail for the log.
    void stopFailed(const QString &message, const QString &cause);

protected:
    void changeEvent(QEvent *event) override;

private:
    void build();
    void adjustWidth();
    void onStatus(const SafetyStatus &status);
    void onReceipt(const StopReceipt &receipt);
    void onStopFailed(const Failure &failure);
    void refresh();
    [[nodiscard]] bool isReceiptStanding() const;

    Station *m_station;
    SafetyStatus m_status;
    std::optional<StopReceipt> m_receipt;
    ShownState m_shown;
    bool m_hasLooked = false;
    QString m_stopTrouble; ///< of a stop that did not take the permit away; empty where the last one did
    StateBanner *m_banner;
    HoldsView *m_holds;
    StopReceiptView *m_receiptView;
    KillSwitchButton *m_killSwitch = nullptr;
    ModeToggle *m_toggle = nullptr;
    QPushButton *m_withdraw = nullptr; ///< of a stop that no server knows of
};

} // namespace andon
