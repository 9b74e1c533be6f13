// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QPointer>

namespace andon {

/// A sheet over the window, below the widget that it belongs to.
///
/// A child of the window and no popup: a popup would take the mouse and the keyboard for itself, and the kill switch
/// must hear both at any time. It hides where its anchor goes or moves.
class FilterOverlay : public QFrame
{
    Q_OBJECT

public:
    /// `anchor` must outlive this.
    explicit FilterOverlay(QWidget *anchor);

    /// Shows the sheet `left` pixels right of the anchor's edge, or as near as the window allows; above the anchor
    /// where there is more room.
    void open(int left, const QSize &wanted);

signals:
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QWidget *m_anchor;
    QPointer<QWidget> m_window;
};

} // namespace andon
