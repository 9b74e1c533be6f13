// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/station/Station.h"

#include <QWidget>

class QLabel;

namespace andon {

/// The measured account of the newest stop, as it grows: requested, recorded, completed, each with
/// its time from the press.
class StopReceiptView : public QWidget
{
    Q_OBJECT

public:
    explicit StopReceiptView(QWidget *parent = nullptr);

    void setReceipt(const StopReceipt &receipt);

    /// "permit 0.2 ms · gate 1.3 ms · 3 cancelled, done 4 ms": what has been reached, in one line.
    [[nodiscard]] static QString summary(const StopReceipt &receipt);
    /// "0.2 ms", "14 ms", "12.3 s".
    [[nodiscard]] static QString duration(qint64 microseconds);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Step
    {
        QLabel *text;
        QLabel *time;
    };
    void show(const Step &step, const QString &text, const std::optional<qint64> &microseconds, bool isReached);
    void applyTheme();

    QLabel *m_title;
    QLabel *m_origin;
    Step m_permit{};
    Step m_gate{};
    Step m_sweep{};
    QLabel *m_running;
    QLabel *m_trouble;
};

} // namespace andon
