// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/filter/FilterChipLayout.h"

#include "ui/Theme.h"

#include <QStyle>
#include <QWidget>

#include <algorithm>

namespace andon {

FilterChipLayout::FilterChipLayout(QWidget *parent)
    : QLayout(parent)
{
    setContentsMargins(0, 0, 0, 0);
    setSpacing(Theme::kGrid / 2);
}

FilterChipLayout::~FilterChipLayout()
{
    qDeleteAll(m_items);
}

QLayoutItem *FilterChipLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FilterChipLayout::sizeHint() const
{
    QSize size;
    for (const QLayoutItem *item : m_items) {
        const QSize one = item->sizeHint();
        size = QSize(size.width() + one.width() + spacing(), std::max(size.height(), one.height()));
    }
    return size;
}

QSize FilterChipLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size;
}

void FilterChipLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    place(rect, true);
}

int FilterChipLayout::place(const QRect &rect, bool moves) const
{
    const bool isMirrored = parentWidget() && parentWidget()->isRightToLeft();
    int x = 0;
    int y = 0;
    int rowHeight = 0;
    for (QLayoutItem *item : m_items) {
        const QSize size = item->sizeHint();
        if (x > 0 && x + size.width() > rect.width()) {
            x = 0;
            y += rowHeight + spacing();
            rowHeight = 0;
        }
        if (moves)
            item->setGeometry(QStyle::visualRect(isMirrored ? Qt::RightToLeft : Qt::LeftToRight, rect,
                                                 QRect(rect.topLeft() + QPoint(x, y), size)));
        x += size.width() + spacing();
        rowHeight = std::max(rowHeight, size.height());
    }
    return y + rowHeight;
}

} // namespace andon
