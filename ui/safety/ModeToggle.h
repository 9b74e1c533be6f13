// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/safety/ShownState.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace andon {

class SegmentButton;

/// Observe | Execute, and what choosing either would do.
///
/// Shows the confirmed mode only: a click asks, it does not move the selection. Disabled with a
/// reason while a stop stands or the state is unknown; a stop that stands is left with Reset.
class ModeToggle : public QWidget
{
    Q_OBJECT

public:
    explicit ModeToggle(QWidget *parent = nullptr);

    /// `pending` is how many actions wait.
    void setState(const ShownState &state, qint64 pending);

    /// What choosing a mode would do, or why none can be chosen: the sentence under the buttons.
    [[nodiscard]] QString consequences() const;

signals:
    void observeDemanded();
    void executeDemanded();
    void resetDemanded();

protected:
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QString sentenceFor(const ShownState &state, qint64 pending) const;
    void applyTheme();

    SegmentButton *m_observe;
    SegmentButton *m_execute;
    QLabel *m_consequences;
    QPushButton *m_reset;
};

} // namespace andon
