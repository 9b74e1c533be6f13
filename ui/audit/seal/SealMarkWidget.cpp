// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/SealMarkWidget.h"

#include "ui/Theme.h"

#include <QPainter>

namespace andon {

SealMarkWidget::SealMarkWidget(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void SealMarkWidget::setMark(SealMark mark, double share)
{
    m_mark = mark;
    m_share = share;
    update();
}

QSize SealMarkWidget::sizeHint() const
{
    const int side = fontMetrics().height();
    return {side, side};
}

void SealMarkWidget::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintSeal(painter, QRectF(rect()).adjusted(1, 1, -1, -1), m_mark, Theme::of(this), m_share);
}

} // namespace andon
