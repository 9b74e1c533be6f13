// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditTable.h"

#include "ui/Theme.h"
#include "ui/audit/AuditTableModel.h"

#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>
#include <set>

namespace andon {

AuditTable::AuditTable(AuditTableModel *model, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
{
    setObjectName(QStringLiteral("auditTable"));
    setAccessibleName(tr("Audit log"));
    setModel(model);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setTextElideMode(Qt::ElideRight);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setContextMenuPolicy(Qt::CustomContextMenu);

    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsMovable(true);
    applyFont();

    connect(model, &AuditTableModel::windowAboutToChange, this, &AuditTable::beforeWindowChange);
    connect(model, &AuditTableModel::windowChanged, this, &AuditTable::afterWindowChange);
}

void AuditTable::applyFont()
{
    const int height = fontMetrics().height() + 6;
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
    verticalScrollBar()->setSingleStep(height);
    m_model->setStyle(Theme::figuresFont(font()), palette());
    setColumnWidths();
}

void AuditTable::setColumnWidths()
{
    const int margin = 2 * (style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, this) + 1) + Theme::kGrid;
    const QFontMetrics figures(Theme::figuresFont(font()));
    const QFontMetrics words = fontMetrics();
    const auto widest = [this, margin](int column, const QFontMetrics &metrics, const QString &sample) {
        const QString title = m_model->headerData(column, Qt::Horizontal).toString();
        const int width = std::max(metrics.horizontalAdvance(sample),
                                   horizontalHeader()->fontMetrics().horizontalAdvance(title));
        setColumnWidth(column, width + margin);
    };
    widest(AuditTableModel::Time, figures, QStringLiteral("0000-00-00 00:00:00.000 ~"));
    widest(AuditTableModel::Type, words, QStringLiteral("mode_change"));
    widest(AuditTableModel::Proposal, figures, QStringLiteral("#0000000"));
    widest(AuditTableModel::Actor, words, QStringLiteral("system"));
    horizontalHeader()->setMinimumSectionSize(words.averageCharWidth() * 4);
}

int AuditTable::firstVisibleRow() const
{
    return m_model->rowCount() > 0 ? std::max(0, rowAt(0)) : -1;
}

int AuditTable::lastVisibleRow() const
{
    const int row = rowAt(viewport()->height() - 1);
    return row >= 0 ? row : m_model->rowCount() - 1;
}

bool AuditTable::isAtTop() const
{
    return verticalScrollBar()->value() <= verticalScrollBar()->minimum();
}

bool AuditTable::isAtBottom() const
{
    return verticalScrollBar()->value() >= verticalScrollBar()->maximum();
}

void AuditTable::showTop()
{
    layOutNow();
    verticalScrollBar()->setValue(0);
}

void AuditTable::showBottom()
{
    layOutNow();
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void AuditTable::showFirst(int row)
{
    layOutNow();
    verticalScrollBar()->setValue(row * verticalHeader()->defaultSectionSize());
}

void AuditTable::layOutNow()
{
    // The range of the scroll bar is otherwise that of the rows before, until the event loop comes round.
    executeDelayedItemsLayout();
    updateGeometries();
}

void AuditTable::beforeWindowChange()
{
    m_isOwnDoing = true;
    m_isAnchoredAtTop = isAtTop() && m_followsTop;
    const int row = firstVisibleRow();
    m_anchor = m_model->idAt(row);
    m_anchorOffset = row >= 0 ? rowViewportPosition(row) : 0;
}

void AuditTable::afterWindowChange()
{
    layOutNow();
    if (m_isAnchoredAtTop) {
        verticalScrollBar()->setValue(0);
    } else if (m_anchor.isValid()) {
        const int row = m_model->lowerRow(m_anchor);
        verticalScrollBar()->setValue(row * verticalHeader()->defaultSectionSize() - m_anchorOffset);
    }
    restoreSelection();
    m_isOwnDoing = false;
    emit viewMoved();
}

void AuditTable::restoreSelection()
{
    QItemSelection selection;
    for (const EventId id : std::as_const(m_selectedIds)) {
        const int row = m_model->rowOf(id);
        if (row >= 0 && !selectionModel()->isRowSelected(row))
            selection.select(m_model->index(row, 0), m_model->index(row, AuditTableModel::ColumnCount - 1));
    }
    if (!selection.isEmpty())
        selectionModel()->select(selection, QItemSelectionModel::Select);
    // When the current row goes, Qt makes a neighbour current: the reader has not gone there.
    const int row = m_model->rowOf(m_currentId);
    const int column = std::max(0, currentIndex().column());
    const QModelIndex current = row >= 0 ? m_model->index(row, column) : QModelIndex();
    if (current != currentIndex())
        selectionModel()->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
}

QList<int> AuditTable::selectedRows() const
{
    std::set<int> rows; // a row is there once for each range that has it
    for (const QItemSelectionRange &range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.insert(row);
    }
    return {rows.begin(), rows.end()};
}

void AuditTable::selectOnly(int row)
{
    selectionModel()->setCurrentIndex(m_model->index(row, 0),
                                      QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void AuditTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    if (m_isOwnDoing) {
        viewport()->update(); // without QTableView's wish to scroll there
        return;
    }
    QTableView::currentChanged(current, previous);
    const EventId id = m_model->idAt(current.row());
    if (id != m_currentId) {
        m_currentId = id;
        emit currentEventChanged(id);
    }
}

void AuditTable::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    QTableView::selectionChanged(selected, deselected);
    if (m_isOwnDoing)
        return;
    m_selectedIds.clear();
    for (const int row : selectedRows())
        m_selectedIds.insert(m_model->idAt(row));
}

QModelIndex AuditTable::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    if (!currentIndex().isValid() && m_model->rowCount() > 0)
        return m_model->index(firstVisibleRow(), 0); // where the eyes are, not where the keyboard was
    return QTableView::moveCursor(action, modifiers);
}

void AuditTable::keyPressEvent(QKeyEvent *event)
{
    const bool isTyping = !event->text().isEmpty() && event->text().at(0).isPrint() && event->key() != Qt::Key_Space
        && !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    if (event->matches(QKeySequence::Copy))
        emit copyRequested();
    else if (event->key() == Qt::Key_Home)
        emit newestRequested();
    else if (event->key() == Qt::Key_End)
        emit oldestRequested();
    else if (isTyping || event->key() == Qt::Key_Escape)
        event->ignore(); // no search as you type: it would format every row
    else
        QTableView::keyPressEvent(event);
}

void AuditTable::focusInEvent(QFocusEvent *event)
{
    // Qt makes the first row current where none is; the reader's may just be out of the window.
    const bool hadCurrent = currentIndex().isValid();
    m_isOwnDoing = true;
    QTableView::focusInEvent(event);
    if (!hadCurrent)
        selectionModel()->setCurrentIndex({}, QItemSelectionModel::NoUpdate);
    m_isOwnDoing = false;
}

void AuditTable::scrollContentsBy(int dx, int dy)
{
    QTableView::scrollContentsBy(dx, dy);
    if (dy != 0 && !m_isOwnDoing)
        emit viewMoved();
}

void AuditTable::updateGeometries()
{
    QTableView::updateGeometries();
    verticalScrollBar()->setSingleStep(verticalHeader()->defaultSectionSize());
}

void AuditTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    emit viewMoved();
}

void AuditTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        applyFont();
    else if (event->type() == QEvent::PaletteChange)
        m_model->setStyle(Theme::figuresFont(font()), palette());
}

} // namespace andon
