// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/LatestFuture.h"
#include "ui/audit/details/JsonTree.h"

#include <QTreeView>

namespace andon {

class JsonTreeDelegate;
class JsonTreeModel;

/// The values of an event's data, to open and to close, to copy, and to narrow the filter by.
class JsonTreeView : public QTreeView
{
    Q_OBJECT

public:
    explicit JsonTreeView(QWidget *parent = nullptr);

    /// Null: nothing. What is small is opened.
    void setTree(std::shared_ptr<const JsonTree> tree);
    [[nodiscard]] JsonTreeModel *jsonModel() const { return m_model; }

    /// Marks a text wherever it is shown.
    void setMarked(const QString &text);
    /// Opens what is around the value and makes it the current one.
    void showNode(JsonTree::Node node);

signals:
    /// A term for the filter: only events with this value.
    void termRequested(const QString &term);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void expandSome();
    void widen();
    void copyValue(JsonTree::Node node);

    JsonTreeModel *m_model;
    JsonTreeDelegate *m_delegate;
    LatestFuture<QString> m_copied;
};

} // namespace andon
