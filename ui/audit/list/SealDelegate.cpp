// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/SealDelegate.h"

#include "ui/Theme.h"
#include "ui/audit/SealMark.h"
#include "ui/audit/list/AuditTableModel.h"

#include <QPainter>

#include <algorithm>

namespace andon {

void SealDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const QVariant mark = index.data(AuditTableModel::kSealRole);
    if (!mark.isValid())
        return;
    const int side = std::min(option.fontMetrics.ascent(), option.rect.height() - 2);
    QRectF square(0, 0, side, side);
    square.moveCenter(QRectF(option.rect).center());
    const auto seal = static_cast<SealMark>(mark.toInt());
    if (!option.state.testFlag(QStyle::State_Selected))
        return paintSeal(*painter, square, seal, Theme(option.palette));
    const auto group = option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    paintSeal(*painter, square, seal, option.palette.color(group, QPalette::HighlightedText),
              option.palette.color(group, QPalette::Highlight));
}

} // namespace andon
