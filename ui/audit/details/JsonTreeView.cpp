// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/details/JsonTreeView.h"

#include "ui/Theme.h"
#include "ui/audit/details/JsonTreeDelegate.h"
#include "ui/audit/details/JsonTreeModel.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>
#include <QtConcurrentRun>

#include <algorithm>
#include <limits>

namespace andon {

JsonTreeView::JsonTreeView(QWidget *parent)
    : QTreeView(parent)
    , m_model(new JsonTreeModel(this))
    , m_delegate(new JsonTreeDelegate(this))
{
    setObjectName(QStringLiteral("eventTree"));
    setAccessibleName(tr("Data of the event as a tree"));
    setModel(m_model);
    setItemDelegate(m_delegate);
    setHeaderHidden(true);
    setUniformRowHeights(true);
    setIndentation(2 * Theme::kGrid);
    setHorizontalScrollMode(ScrollPerPixel);
    setTextElideMode(Qt::ElideNone);
    setEditTriggers(NoEditTriggers);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(QHeaderView::Fixed);
    header()->setResizeContentsPrecision(0); // what is in sight: the rest may be half a million rows
    connect(this, &QTreeView::expanded, this, &JsonTreeView::widen);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &JsonTreeView::widen);
}

void JsonTreeView::setTree(std::shared_ptr<const JsonTree> tree)
{
    m_model->setTree(std::move(tree));
    expandSome();
    header()->resizeSection(0, viewport()->width());
    widen();
    const QModelIndex first = m_model->index(0, 0);
    if (first.isValid())
        selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
}

/// Opens containers, the outer ones first, as long as all can be read at a glance.
void JsonTreeView::expandSome()
{
    constexpr int kGlance = 60;
    int rows = m_model->rowCount();
    QList<QModelIndex> level;
    for (int row = 0; row < rows && rows <= kGlance; ++row)
        level << m_model->index(row, 0);
    while (!level.isEmpty()) {
        QList<QModelIndex> next;
        for (const QModelIndex &index : std::as_const(level)) {
            const int count = m_model->rowCount(index);
            if (count == 0 || rows + count > kGlance)
                continue;
            rows += count;
            expand(index);
            for (int row = 0; row < count; ++row)
                next << m_model->index(row, 0, index);
        }
        level = next;
    }
}

/// Makes room for what is in sight. It never becomes less, so that nothing moves sideways while the reader scrolls.
void JsonTreeView::widen()
{
    const int width = std::max(viewport()->width(), sizeHintForColumn(0));
    if (width > header()->sectionSize(0))
        header()->resizeSection(0, width);
}

void JsonTreeView::setMarked(const QString &text)
{
    m_delegate->setMarked(text);
    viewport()->update();
}

void JsonTreeView::showNode(JsonTree::Node node)
{
    const QModelIndex index = m_model->indexOf(node);
    if (!index.isValid())
        return;
    for (QModelIndex above = index.parent(); above.isValid(); above = above.parent())
        expand(above);
    scrollTo(index); // which may show rows that are wider
    widen();
    setCurrentIndex(index);
    scrollTo(index);
}

void JsonTreeView::copyValue(JsonTree::Node node)
{
    const auto wholeValue = [tree = m_model->tree(), node] {
        return tree->value(node, std::numeric_limits<qsizetype>::max());
    };
    // It may have megabytes.
    m_copied.ask(QtConcurrent::run(wholeValue),
                 {
                     .done = [](const QString &text) { QGuiApplication::clipboard()->setText(text); },
                     .failed = [](const QString &, const QString &) {},
                     .partial = {},
                     .progress = {},
                 });
}

void JsonTreeView::contextMenuEvent(QContextMenuEvent *event)
{
    const bool isByKey = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex index = isByKey ? currentIndex() : indexAt(event->pos());
    if (!index.isValid())
        return;
    const JsonTree::Node node = m_model->node(index);
    const auto tree = m_model->tree();
    const bool isRange = tree->kind(node) == JsonTree::Kind::Range;
    const QString term = tree->term(node);

    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("jsonTreeMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *copy = menu->addAction(tr("Copy value"), QKeySequence::Copy, this, [this, node] { copyValue(node); });
    copy->setEnabled(!isRange);
    menu->addAction(tr("Copy path"), this, [tree, node] { QGuiApplication::clipboard()->setText(tree->path(node)); });
    menu->addSeparator();
    menu->addAction(tr("Only events with this value"), this, [this, term] { emit termRequested(term); })
        ->setEnabled(!term.isEmpty());
    menu->popup(isByKey ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos());
    event->accept();
}

void JsonTreeView::keyPressEvent(QKeyEvent *event)
{
    if (!event->matches(QKeySequence::Copy))
        return QTreeView::keyPressEvent(event);
    const JsonTree::Node node = m_model->node(currentIndex());
    if (currentIndex().isValid() && m_model->tree()->kind(node) != JsonTree::Kind::Range)
        copyValue(node);
}

void JsonTreeView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    header()->resizeSection(0, viewport()->width());
    widen();
}

} // namespace andon
