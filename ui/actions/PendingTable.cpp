// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/PendingTable.h"

#include "ui/Theme.h"
#include "ui/actions/ActionStatusDelegate.h"
#include "ui/actions/PendingActionsModel.h"
#include "ui/actions/PendingColumns.h"

#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>

namespace andon {

namespace {

constexpr int kRowHeight = 5 * Theme::kGrid; // for a finger

} // namespace

PendingTable::PendingTable(PendingActionsModel *model, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
{
    setObjectName(QStringLiteral("pendingTable"));
    setAccessibleName(tr("Pending and running actions"));
    setModel(model);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setItemDelegateForColumn(PendingActionsModel::StatusColumn, new ActionStatusDelegate(this));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kRowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(this, &QAbstractItemView::doubleClicked, this,
            [this](const QModelIndex &index) { emit storyDemanded(m_model->idAt(index.row())); });
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &PendingTable::selectionMoved);
}

void PendingTable::fitColumns()
{
    fitPendingColumns(this, *m_model);
}

QList<ProposalId> PendingTable::selectedIds() const
{
    QList<ProposalId> ids;
    for (const QModelIndex &index : selectionModel()->selectedRows())
        ids << m_model->idAt(index.row());
    std::sort(ids.begin(), ids.end());
    return ids;
}

void PendingTable::refreshElapsed()
{
    const int first = rowAt(0);
    if (first < 0 || !isVisible())
        return;
    const int last = rowAt(viewport()->height() - 1);
    m_model->refreshElapsed(first, last < 0 ? m_model->rowCount() - 1 : last);
}

void PendingTable::keyPressEvent(QKeyEvent *event)
{
    if (!handleKey(*event))
        QTableView::keyPressEvent(event);
}

bool PendingTable::handleKey(const QKeyEvent &key)
{
    if (key.isAutoRepeat() || (key.modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier)
        return false;
    switch (key.key()) {
    case Qt::Key_Delete:
        emit cancelDemanded();
        return true;
    case Qt::Key_A:
        emit approveDemanded();
        return true;
    case Qt::Key_R:
        emit rejectDemanded();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (currentIndex().isValid())
            emit storyDemanded(m_model->idAt(currentIndex().row()));
        return true;
    default:
        return false;
    }
}

void PendingTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

} // namespace andon
