// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/story/StoryShareDelegate.h"

#include "ui/Theme.h"
#include "ui/audit/story/StoryModel.h"

#include <QPainter>

#include <algorithm>

namespace andon {

void StoryShareDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const QVariant share = index.data(StoryModel::ShareRole);
    if (!share.isValid())
        return;
    constexpr int kHeight = 3;
    const QRect room = option.rect.adjusted(Theme::kGrid / 2, 0, -Theme::kGrid / 2, 0);
    const int width = std::max(1, qRound(share.toDouble() * room.width()));
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const QColor color = isSelected ? option.palette.color(QPalette::HighlightedText)
                                    : Theme(option.palette).quietText();
    painter->fillRect(QRect(room.right() - width + 1, room.bottom() - kHeight, width, kHeight), color);
}

} // namespace andon
