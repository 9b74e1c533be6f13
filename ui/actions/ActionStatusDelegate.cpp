// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/ActionStatusDelegate.h"

#include "ui/Theme.h"
#include "ui/actions/PendingActionsModel.h"

namespace andon {

void ActionStatusDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const bool isWaiting = index.data(PendingActionsModel::ApprovalRole).toInt()
        == static_cast<int>(ShownApproval::Kind::Waiting);
    const QString mark = isWaiting ? QStringLiteral("\u25C6 ") : QString();
    if (isWaiting)
        option->font = Theme::boldFont(option->font);
    const QString brief = index.data(PendingActionsModel::BriefStatusRole).toString();
    const int room = option->rect.width() - Theme::kGrid;
    if (!brief.isEmpty() && QFontMetrics(option->font).horizontalAdvance(mark + option->text) > room)
        option->text = brief;
    option->text.prepend(mark);
    option->textElideMode = Qt::ElideMiddle; // the time that is left stands at the end
    if (!index.data(PendingActionsModel::IsExecutingRole).toBool())
        return;
    const bool isGuarded = index.data(PendingActionsModel::IsGuardedRole).toBool();
    option->text.prepend(isGuarded ? QStringLiteral("\u25B6 ") : QStringLiteral("\u25B7 "));
    option->font = Theme::boldFont(option->font);
    if (option->state.testFlag(QStyle::State_Selected))
        return;
    const Theme::StateColors colors = Theme(option->palette).state(ShownState::Kind::Execute);
    option->backgroundBrush = colors.ground;
    option->palette.setColor(QPalette::Text, colors.text);
}

} // namespace andon
