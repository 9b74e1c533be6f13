// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Hold.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace andon {

class ElidedLabel;
class OutcomeMark;

/// One hold: HELD, what, since when, by whom and why, and the button that leads to its reset.
class HoldRow : public QWidget
{
    Q_OBJECT

public:
    explicit HoldRow(QWidget *parent = nullptr);

    void setHold(const Hold &hold);
    void setReadOnly(bool isReadOnly);

signals:
    void resetDemanded(andon::StopId stop);

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void applyTheme();

    StopId m_stop;
    OutcomeMark *m_mark;
    QLabel *m_word;
    ElidedLabel *m_what;
    QLabel *m_facts;
    QPushButton *m_reset;
};

} // namespace andon
