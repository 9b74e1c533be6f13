// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/details/JsonTreeDelegate.h"

#include "ui/Theme.h"
#include "ui/audit/details/FindLine.h"
#include "ui/audit/details/JsonTreeModel.h"

#include <QApplication>
#include <QPainter>

namespace andon {

namespace {

constexpr int kMargin = Theme::kGrid / 2;
/// Beyond so many letters a value is cut off rather than scrolled to; its tool tip has more.
constexpr int kMaxLetters = 60;

} // namespace

JsonTreeDelegate::Parts JsonTreeDelegate::partsOf(const QModelIndex &index)
{
    Parts parts{index.data(JsonTreeModel::NameRole).toString(), index.data(JsonTreeModel::ValueRole).toString()};
    if (!parts.name.isEmpty() && !parts.value.isEmpty())
        parts.name += QStringLiteral(": ");
    return parts;
}

QSize JsonTreeDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Parts parts = partsOf(index);
    const QFontMetrics &metrics = option.fontMetrics;
    const int most = metrics.averageCharWidth() * kMaxLetters;
    return {std::min(metrics.horizontalAdvance(parts.name), most)
                + std::min(metrics.horizontalAdvance(parts.value), most) + 2 * kMargin,
            metrics.height() + kMargin};
}

void JsonTreeDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    const QWidget *widget = option.widget;
    const QStyle *style = widget != nullptr ? widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, widget);

    const Parts parts = partsOf(index);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const auto group = option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    const QColor text = option.palette.color(group, isSelected ? QPalette::HighlightedText : QPalette::Text);
    const QColor quiet = isSelected ? text : Theme(option.palette).quietText();
    const QFontMetrics &metrics = option.fontMetrics;

    painter->save();
    painter->setFont(option.font);
    QRect rect = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    paintText(painter, rect, parts.name, metrics, quiet);
    rect.setLeft(rect.left() + std::min(metrics.horizontalAdvance(parts.name), rect.width()));
    paintText(painter, rect, parts.value, metrics, text);
    painter->restore();
}

void JsonTreeDelegate::paintText(QPainter *painter, const QRect &rect, const QString &text, const QFontMetrics &metrics,
                                 const QColor &color) const
{
    if (rect.width() <= 0)
        return;
    constexpr int kFlags = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine;
    const QString shown = metrics.elidedText(text, Qt::ElideRight, rect.width());
    painter->setPen(color);
    painter->drawText(rect, kFlags, shown);
    if (m_marked.isEmpty())
        return;
    const FindLine::Mark mark = FindLine::mark();
    for (qsizetype at = shown.indexOf(m_marked, 0, Qt::CaseInsensitive); at >= 0;
         at = shown.indexOf(m_marked, at + m_marked.size(), Qt::CaseInsensitive)) {
        const int left = rect.left() + metrics.horizontalAdvance(shown, int(at));
        const int right = rect.left() + metrics.horizontalAdvance(shown, int(at + m_marked.size()));
        const QRect box(left, rect.center().y() - metrics.height() / 2, right - left, metrics.height());
        painter->save();
        painter->setClipRect(box, Qt::IntersectClip);
        painter->fillRect(box, mark.ground);
        painter->setPen(mark.text);
        painter->drawText(rect, kFlags, shown);
        painter->restore();
    }
}

} // namespace andon
