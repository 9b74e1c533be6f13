// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/details/JsonTreeModel.h"

#include "ui/Counted.h"
#include "ui/PlainTip.h"
#include "ui/audit/EventText.h"

namespace andon {

using Kind = JsonTree::Kind;
using Node = JsonTree::Node;

namespace {

constexpr qsizetype kMaxTip = 2000;

QString number(quint32 value)
{
    return QLocale().toString(value);
}

} // namespace

void JsonTreeModel::setTree(std::shared_ptr<const JsonTree> tree)
{
    beginResetModel();
    m_tree = std::move(tree);
    endResetModel();
}

Node JsonTreeModel::node(const QModelIndex &index) const
{
    return index.isValid() ? Node(index.internalId()) : 0;
}

QModelIndex JsonTreeModel::indexOf(Node node) const
{
    if (!m_tree || (node == 0 && !isRootShown()))
        return {};
    return createIndex(int(m_tree->row(node)), 0, quintptr(node));
}

QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const Node node = isRootShown() ? 0 : m_tree->child(this->node(parent), quint32(row));
    return createIndex(row, column, quintptr(node));
}

QModelIndex JsonTreeModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || isRootShown())
        return {};
    return indexOf(m_tree->parent(node(child)));
}

int JsonTreeModel::rowCount(const QModelIndex &parent) const
{
    if (!m_tree || parent.column() > 0)
        return 0;
    if (isRootShown())
        return parent.isValid() ? 0 : 1;
    return int(m_tree->childCount(node(parent)));
}

int JsonTreeModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant JsonTreeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node node = this->node(index);
    switch (role) {
    case Qt::DisplayRole: {
        const QString name = nameOf(node);
        const QString value = valueOf(node);
        return name.isEmpty() || value.isEmpty() ? name + value : tr("%1: %2", "name: value").arg(name, value);
    }
    case NameRole:
        return nameOf(node);
    case ValueRole:
        return valueOf(node);
    case Qt::ToolTipRole:
        return m_tree->isContainer(node)
            ? QVariant()
            : QVariant(plainTip(EventText::visible(m_tree->value(node, kMaxTip + 1), kMaxTip)));
    case Qt::AccessibleTextRole:
        return spoken(node);
    default:
        return {};
    }
}

QString JsonTreeModel::nameOf(Node node) const
{
    if (m_tree->kind(node) == Kind::Range) {
        const quint32 first = m_tree->position(node);
        return tr("%1 \u2026 %2", "from … to").arg(number(first), number(first + m_tree->childCount(node) - 1));
    }
    if (!m_tree->hasName(node))
        return node == 0 ? QString() : QString::number(m_tree->position(node));
    const QString name = EventText::visible(m_tree->name(node, kMaxShown + 1), kMaxShown);
    return name.isEmpty() ? QStringLiteral("\"\"") : name;
}

QString JsonTreeModel::valueOf(Node node) const
{
    switch (m_tree->kind(node)) {
    case Kind::Object:
        return u'{' + number(m_tree->valueCount(node)) + u'}';
    case Kind::Array:
        return u'[' + number(m_tree->valueCount(node)) + u']';
    case Kind::Range:
        return {};
    case Kind::String:
        return u'"' + EventText::visible(m_tree->value(node, kMaxShown + 1), kMaxShown) + u'"';
    default:
        return EventText::visible(m_tree->value(node, kMaxShown + 1), kMaxShown);
    }
}

QString JsonTreeModel::spoken(Node node) const
{
    const quint32 count = m_tree->valueCount(node);
    QString value;
    switch (m_tree->kind(node)) {
    case Kind::Object:
        value = counted(count, tr("object with 1 value"), tr("object with %1 values"));
        break;
    case Kind::Array:
        value = counted(count, tr("list with 1 value"), tr("list with %1 values"));
        break;
    case Kind::Range:
        value = counted(count, tr("1 value"), tr("%1 values"));
        break;
    default:
        value = valueOf(node);
    }
    const QString name = nameOf(node);
    return name.isEmpty() ? value : tr("%1: %2", "name: value").arg(name, value);
}

} // namespace andon
