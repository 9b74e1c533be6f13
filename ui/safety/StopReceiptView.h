// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Clock.h"
#include "core/station/Station.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;

namespace andon {

class ReceiptRow;
class AlarmStrip;
class StopHookList;
class StopTargetList;

/// The measured account of the newest stop or hold, as it grows: requested, recorded, completed, each with its time
/// from the press; who has confirmed it; and what became of everything that was running.
///
/// An answer that is missing when the deadline is over is an alarm. It ends with the answer, or with the reset of the
/// stop: a person has then looked into it and given a reason. Its line stays.
class StopReceiptView : public QWidget
{
    Q_OBJECT

public:
    /// `clock` tells how long an answer has been awaited; it must outlive this.
    explicit StopReceiptView(QWidget *parent = nullptr, const Clock &clock = Clock::system());

    void setReceipt(const StopReceipt &receipt);
    /// After which a missing answer is an alarm.
    void setDeadline(std::chrono::milliseconds deadline);
    /// Whether the stop that is shown has not been reset.
    void setStanding(bool isStanding);

    /// What the alarm says; empty where there is none.
    [[nodiscard]] QString alarm() const;

    /// "permit 0.2 ms · gate 1.3 ms · 3 cancelled, done 4 ms · 2 of 3 confirmed": what has been reached, in one line.
    [[nodiscard]] static QString summary(const StopReceipt &receipt);
    /// "Stop 7", "Stop 8: agent agent-7 held".
    [[nodiscard]] static QString title(const StopReceipt &receipt);
    /// "0.2 ms", "14 ms", "12.3 s".
    [[nodiscard]] static QString duration(qint64 microseconds);

signals:
    void alarmRaised();

protected:
    void changeEvent(QEvent *event) override;

private:
    void build();
    void showSteps();
    void showConfirmed();
    void showElapsed();
    void describe();
    void applyTheme();
    [[nodiscard]] std::chrono::milliseconds elapsed() const;
    [[nodiscard]] bool isAwaiting() const;

    const Clock &m_clock;
    StopReceipt m_receipt;
    QElapsedTimer m_sinceSeen; ///< of this stop: the clock of whoever requested it may be ahead of ours
    std::chrono::milliseconds m_deadline;
    bool m_isStanding = true;
    QTimer m_ticker;
    AlarmStrip *m_alarm;
    QLabel *m_title;
    QLabel *m_origin;
    ReceiptRow *m_permit;
    ReceiptRow *m_gate;
    ReceiptRow *m_sweep;
    ReceiptRow *m_confirmed;
    StopTargetList *m_targets;
    StopHookList *m_hooks;
    QLabel *m_trouble;
};

} // namespace andon
