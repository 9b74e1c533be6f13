// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/ReportLineDelegate.h"

#include "ui/Theme.h"
#include "ui/audit/SealMark.h"
#include "ui/audit/seal/ReportLines.h"

#include <QApplication>
#include <QListView>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>

namespace andon {

namespace {

constexpr int kMargin = Theme::kGrid / 2;

/// Breaks the text into lines of this width, anywhere where no word ends in time. Returns the height of all of them.
qreal layOut(QTextLayout &layout, int width)
{
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    qreal height = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(1, width));
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    return height;
}

int markSide(const QStyleOptionViewItem &option)
{
    return option.fontMetrics.height();
}

/// Where the words begin, from the left.
int indent(const QStyleOptionViewItem &option)
{
    return 2 * kMargin + markSide(option);
}

int wordsWidth(const QStyleOptionViewItem &option)
{
    const auto *view = qobject_cast<const QListView *>(option.widget);
    const int width = view != nullptr ? view->viewport()->width() : option.rect.width();
    return width - indent(option) - kMargin;
}

} // namespace

void ReportLineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem ground = option;
    initStyleOption(&ground, index);
    ground.text.clear();
    const QStyle *style = option.widget != nullptr ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &ground, painter, option.widget);

    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    const auto group = option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    const QColor ink = option.palette.color(group, isSelected ? QPalette::HighlightedText : QPalette::Text);
    const QColor back = option.palette.color(group, isSelected ? QPalette::Highlight : QPalette::Base);
    const Theme theme(option.palette);
    const auto mark = static_cast<SealMark>(index.data(ReportLines::MarkRole).toInt());
    const int side = markSide(option);
    const QRectF square = QRectF(option.rect.left() + kMargin, option.rect.top() + kMargin, side, side)
                              .adjusted(1, 1, -1, -1);
    painter->save();
    if (isSelected)
        paintSeal(*painter, square, mark, ink, back);
    else
        paintSeal(*painter, square, mark, theme);

    const QFont bold = Theme::boldFont(option.font);
    const QFontMetrics boldLetters(bold);
    const QString title = index.data(Qt::DisplayRole).toString();
    QRect room(option.rect.left() + indent(option), option.rect.top() + kMargin, wordsWidth(option), side);
    painter->setPen(ink);
    painter->setFont(bold);
    painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                      boldLetters.elidedText(title, Qt::ElideRight, room.width()));
    room.setLeft(room.left() + boldLetters.horizontalAdvance(title) + Theme::kGrid);
    painter->setFont(option.font);
    if (room.width() > 0)
        painter->drawText(
            room, Qt::AlignLeft | Qt::AlignVCenter,
            option.fontMetrics.elidedText(index.data(ReportLines::AboutRole).toString(), Qt::ElideRight, room.width()));
    QTextLayout sentence(index.data(ReportLines::SentenceRole).toString(), option.font);
    layOut(sentence, wordsWidth(option));
    sentence.draw(painter, QPointF(option.rect.left() + indent(option), option.rect.top() + kMargin + side));
    painter->restore();
}

QSize ReportLineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = index.data(ReportLines::SentenceRole).toString();
    qreal height = 0;
    if (!text.isEmpty()) {
        QTextLayout sentence(text, option.font);
        height = layOut(sentence, wordsWidth(option));
    }
    // Not as wide as the words: nothing is scrolled to the side.
    return {option.fontMetrics.averageCharWidth(), 2 * kMargin + markSide(option) + qCeil(height)};
}

} // namespace andon
