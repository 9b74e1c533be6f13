// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>

namespace andon {

/// Draws "name: value" with the name quieter than the value, and marks what was searched for.
class JsonTreeDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setMarked(const QString &text) { m_marked = text; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    struct Parts
    {
        QString name;
        QString value;
    };
    [[nodiscard]] static Parts partsOf(const QModelIndex &index);
    void paintText(QPainter *painter, const QRect &rect, const QString &text, const QFontMetrics &metrics,
                   const QColor &color) const;

    QString m_marked;
};

} // namespace andon
