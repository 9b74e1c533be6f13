// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>

namespace andon {

/// Marks the status of what is executing, with the colours and the shape that the banner uses for
/// "executing allowed" (the shape hollow where no guard holds it), and what waits for a person. Everything else stays
/// quiet.
class ActionStatusDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

} // namespace andon
