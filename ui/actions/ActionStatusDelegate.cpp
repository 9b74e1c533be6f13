// SPDX-License-Identifier: Apache-2.0
#include "ui/actions/ActionStatusDelegate.h"

#include "ui/Theme.h"
#include "ui/actions/PendingActionsModel.h"

namespace andon {

void ActionStatusDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (!index.data(PendingActionsModel::IsExecutingRole).toBool())
        return;
    option->text.prepend(QStringLiteral("\u25B6 "));
    option->font = Theme::boldFont(option->font);
    if (option->state.testFlag(QStyle::State_Selected))
        return;
    const Theme::StateColors colors = Theme(option->palette).state(ShownState::Kind::Execute);
    option->backgroundBrush = colors.ground;
    option->palette.setColor(QPalette::Text, colors.text);
}

} // namespace andon
