// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit/read/AuditPage.h"

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
    /// The rows that are selected and in the window, from the top.
    [[nodiscard]] QList<int> selectedRows() const;
    /// All events that are selected, in the window or not, the highest id first.
    [[nodiscard]] QList<EventId> selectedEvents() const;
    /// Qt::LocalTime or Qt::UTC.
    void setZone(Qt::TimeSpec zone);
    /// What the header's saveState() said: order, widths and which are shown. The order of the list is not part of it.
    void restoreColumns(const QByteArray &state);
    /// Shows which order the list has.
    void showOrder(const AuditOrder &order);
    void selectOnly(int row);

signals:
    void viewMoved();
    void topRequested();
    void bottomRequested();
    void copyRequested();
    /// A digit or # was typed: the number of an event or a time begins.
    void goToRequested(const QString &typed);
    /// The heads of the columns ask for another order.
    void orderRequested(const andon::AuditOrder &order);
    /// A double click on an event, or Enter.
    void eventActivated(andon::EventId id);
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
    void onSortIndicator(int column, Qt::SortOrder order);
    void openHeaderMenu(const QPoint &position);

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
