// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/audit/details/JsonTree.h"

#include <QAbstractItemModel>

namespace andon {

/// The values of a JSON text as a tree of one column: "name: value". The root itself is not shown where it is a
/// container; its children are the top.
class JsonTreeModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    /// What is shown before and after the colon; a delegate sets them apart.
    enum Role { NameRole = Qt::UserRole, ValueRole };

    /// Longest name and value that are shown, in UTF-16 units.
    static constexpr qsizetype kMaxShown = 200;

    using QAbstractItemModel::QAbstractItemModel;

    /// Null: nothing.
    void setTree(std::shared_ptr<const JsonTree> tree);
    [[nodiscard]] const std::shared_ptr<const JsonTree> &tree() const { return m_tree; }

    [[nodiscard]] JsonTree::Node node(const QModelIndex &index) const;
    /// Invalid for the root of a container, which is not shown.
    [[nodiscard]] QModelIndex indexOf(JsonTree::Node node) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    using QObject::parent;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] bool isRootShown() const { return m_tree && !m_tree->isContainer(0); }
    [[nodiscard]] QString nameOf(JsonTree::Node node) const;
    [[nodiscard]] QString valueOf(JsonTree::Node node) const;
    [[nodiscard]] QString spoken(JsonTree::Node node) const;

    std::shared_ptr<const JsonTree> m_tree;
};

} // namespace andon
