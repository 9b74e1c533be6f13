// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/ReportList.h"

#include "ui/Theme.h"
#include "ui/audit/seal/ReportLineDelegate.h"
#include "ui/audit/seal/ReportLines.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>

#include <algorithm>

namespace andon {

namespace {

/// Lines that are laid out before the window is drawn again: a report may have a thousand.
constexpr int kBatch = 50;
/// Lines that are in sight without scrolling the list, at the least and where there is room.
constexpr int kFewest = 4;
constexpr int kMostWanted = 8;

} // namespace

ReportList::ReportList(ReportLines *model, QWidget *parent)
    : QListView(parent)
    , m_model(model)
{
    setModel(model);
    setItemDelegate(new ReportLineDelegate(this));
    setEditTriggers(NoEditTriggers);
    setSelectionMode(SingleSelection);
    setResizeMode(Adjust);
    setLayoutMode(Batched);
    setBatchSize(kBatch);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    connect(this, &QAbstractItemView::doubleClicked, this,
            [this](const QModelIndex &index) { emit chosen(index.row()); });
    connect(model, &QAbstractItemModel::modelReset, this, &QWidget::updateGeometry);
}

int ReportList::heightOf(int lines) const
{
    int height = 2 * frameWidth();
    for (int row = 0; row < std::min(lines, m_model->rowCount()); ++row)
        height += sizeHintForIndex(m_model->index(row)).height();
    return height;
}

QSize ReportList::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 40, heightOf(kMostWanted)};
}

QSize ReportList::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 16, heightOf(kFewest)};
}

void ReportList::resizeEvent(QResizeEvent *event)
{
    QListView::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        updateGeometry(); // other words wrap
}

void ReportList::keyPressEvent(QKeyEvent *event)
{
    const int row = currentIndex().row();
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && row >= 0)
        emit chosen(row);
    else if (event->matches(QKeySequence::Copy) && row >= 0)
        QGuiApplication::clipboard()->setText(m_model->textOf(row));
    else if (event->key() == Qt::Key_Escape)
        event->ignore(); // the panel's
    else
        QListView::keyPressEvent(event);
}

void ReportList::focusInEvent(QFocusEvent *event)
{
    QListView::focusInEvent(event);
    if (!currentIndex().isValid() && m_model->rowCount() > 0)
        setCurrentIndex(m_model->index(0));
}

} // namespace andon
