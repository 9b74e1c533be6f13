// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/gate/Hold.h"

#include <QList>
#include <QScrollArea>

class QVBoxLayout;

namespace andon {

class HoldRow;

/// What is held: agents and kinds of action that are stopped by themselves, each with its own reset. Hidden while
/// nothing is. After about four it scrolls, and where the window is low it gives way to the kill switch.
class HoldsView : public QScrollArea
{
    Q_OBJECT

public:
    explicit HoldsView(QWidget *parent = nullptr);

    /// For a reviewer: without the buttons.
    void setReadOnly(bool isReadOnly);
    void setHolds(const QList<Hold> &holds);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void resetDemanded(andon::StopId stop);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeRows(qsizetype count);
    [[nodiscard]] int heightOf(qsizetype rows) const;

    QList<Hold> m_holds;
    QList<HoldRow *> m_rows;
    QVBoxLayout *m_column;
    bool m_isReadOnly = false;
};

} // namespace andon
