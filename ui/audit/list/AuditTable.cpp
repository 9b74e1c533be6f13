// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/AuditTable.h"

#include "ui/Theme.h"
#include "ui/audit/list/AuditTableModel.h"
#include "ui/audit/list/SealDelegate.h"

#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

namespace andon {

namespace {

/// What the columns are sorted by.
constexpr std::array kSortedBy{AuditOrder::By::Time, AuditOrder::By::Type, AuditOrder::By::Proposal,
                               AuditOrder::By::Actor};

} // namespace

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
    horizontalHeader()->setObjectName(QStringLiteral("auditHeader"));
    horizontalHeader()->setSectionsMovable(true);
    // At the edge, where it is in sight however narrow the table is.
    horizontalHeader()->moveSection(AuditTableModel::Seal, 0);
    setItemDelegateForColumn(AuditTableModel::Seal, new SealDelegate(this));
    horizontalHeader()->setSectionsClickable(true);
    horizontalHeader()->setSortIndicatorShown(true);
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    applyFont();

    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &AuditTable::onSortIndicator);
    connect(horizontalHeader(), &QWidget::customContextMenuRequested, this, &AuditTable::openHeaderMenu);
    connect(this, &QAbstractItemView::activated, this,
            [this](const QModelIndex &index) { emit eventActivated(m_model->idAt(index.row())); });
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
    widest(AuditTableModel::Seal, words, QString());
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

QList<EventId> AuditTable::selectedEvents() const
{
    QList<EventId> ids(m_selectedIds.begin(), m_selectedIds.end());
    std::sort(ids.begin(), ids.end(), std::greater<>());
    return ids;
}

void AuditTable::setZone(Qt::TimeSpec zone)
{
    m_model->setZone(zone);
}

void AuditTable::restoreColumns(const QByteArray &state)
{
    const QSignalBlocker quiet(horizontalHeader()); // it would ask for the order of that time
    horizontalHeader()->restoreState(state);
    horizontalHeader()->setStretchLastSection(true);
    showOrder(m_model->order());
}

void AuditTable::showOrder(const AuditOrder &order)
{
    const QSignalBlocker quiet(horizontalHeader());
    const auto column = std::find(kSortedBy.begin(), kSortedBy.end(), order.by);
    const bool isSorted = order.by != AuditOrder::By::Log;
    horizontalHeader()->setSortIndicator(isSorted ? int(column - kSortedBy.begin()) : -1,
                                         order.isAscending ? Qt::AscendingOrder : Qt::DescendingOrder);
    horizontalHeader()->viewport()->update();
}

void AuditTable::onSortIndicator(int column, Qt::SortOrder order)
{
    if (column < 0)
        return emit orderRequested({});
    if (column >= int(kSortedBy.size()))
        return showOrder(m_model->order()); // seals, and what happened, have no order
    emit orderRequested({kSortedBy.at(size_t(column)), order == Qt::AscendingOrder});
}

void AuditTable::openHeaderMenu(const QPoint &position)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("auditHeaderMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const bool isAscending : {false, true}) {
        QAction *action = menu->addAction(isAscending ? tr("In the order of the log, oldest first")
                                                      : tr("In the order of the log, newest first"),
                                          this, [this, isAscending] {
                                              emit orderRequested({AuditOrder::By::Log, isAscending});
                                          });
        action->setCheckable(true);
        action->setChecked(m_model->order() == AuditOrder{AuditOrder::By::Log, isAscending});
    }
    menu->addSeparator();
    for (int column = 0; column < AuditTableModel::What; ++column) {
        QAction *action = menu->addAction(m_model->headerData(column, Qt::Horizontal).toString(), this,
                                          [this, column](bool isShown) { setColumnHidden(column, !isShown); });
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
    }
    menu->popup(horizontalHeader()->mapToGlobal(position));
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
    // With Ctrl or Shift a selection is added to: what is selected beyond the window stays so.
    if (!(QGuiApplication::keyboardModifiers() & (Qt::ControlModifier | Qt::ShiftModifier)))
        m_selectedIds.clear();
    else
        m_selectedIds.removeIf([this](EventId id) { return m_model->rowOf(id) >= 0; });
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
        emit topRequested();
    else if (event->key() == Qt::Key_End)
        emit bottomRequested();
    else if (isTyping && (event->text().at(0).isDigit() || event->text().at(0) == u'#'))
        emit goToRequested(event->text());
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
