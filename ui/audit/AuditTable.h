// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/Types.h"

#include <QScrollBar>
#include <QSet>
#include <QTableView>

namespace andon {

class AuditTableModel;

/// The table over the window. While rows come and go above and below, what is looked at stays where it
/// is and what is selected stays selected, also when it leaves the window and comes back.
class AuditTable : public QTableView
{
    Q_OBJECT

public:
    /// `model` must outlive this.
    explicit AuditTable(AuditTableModel *model, QWidget *parent = nullptr);

    [[nodiscard]] AuditTableModel *auditModel() const { return m_model; }

    /// -1 where there are no rows.
    [[nodiscard]] int firstVisibleRow() const;
    [[nodiscard]] int lastVisibleRow() const;
    [[nodiscard]] bool isAtTop() const;
    [[nodiscard]] bool isAtBottom() const;

    /// Whether new rows at the top push the rest down (true) or grow above what is looked at.
    void setFollowsTop(bool follows) { m_followsTop = follows; }

    void showTop();
    void showBottom();
    /// Puts the row in the first line, or as near as the rows below allow.
    void showFirst(int row);

    /// The event that the keyboard is on, in the window or not.
    [[nodiscard]] EventId currentEvent() const { return m_currentId; }
    /// The rows that are selected, newest first.
    [[nodiscard]] QList<int> selectedRows() const;
    void selectOnly(int row);

signals:
    void viewMoved();
    void newestRequested();
    void oldestRequested();
    void copyRequested();
    void currentEventChanged(andon::EventId id);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    void updateGeometries() override;

private:
    void beforeWindowChange();
    void afterWindowChange();
    void restoreSelection();
    void layOutNow();
    void applyFont();
    void setColumnWidths();

    AuditTableModel *m_model;
    QSet<EventId> m_selectedIds;
    EventId m_currentId;
    EventId m_anchor;
    int m_anchorOffset = 0;
    bool m_isOwnDoing = false; ///< what changes now, the reader has not chosen
    bool m_isAnchoredAtTop = false;
    bool m_followsTop = true;
};

} // namespace andon
