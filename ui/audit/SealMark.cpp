// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/SealMark.h"

#include "ui/Theme.h"
#include "ui/safety/OutcomeMark.h"

#include <QPainter>

#include <algorithm>

namespace andon {

namespace {

QColor inkOf(SealMark mark, const Theme &theme)
{
    switch (mark) {
    case SealMark::Verified:
        return theme.confirmed();
    case SealMark::Unsigned:
    case SealMark::Incomplete:
        return theme.caution();
    case SealMark::Alarm:
        return theme.danger();
    default:
        return theme.quietText();
    }
}

QRectF around(const QPointF &centre, qreal radius)
{
    return {centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius};
}

} // namespace

void paintSeal(QPainter &painter, const QRectF &square, SealMark mark, const QColor &ink, const QColor &knockout,
               double share)
{
    switch (mark) {
    case SealMark::Unsealed:
        return paintOutcome(painter, square, Outcome::Open, ink, knockout);
    case SealMark::Verified:
        return paintOutcome(painter, square, Outcome::Done, ink, knockout);
    case SealMark::Unsigned:
        return paintOutcome(painter, square, Outcome::OutOfHand, ink, knockout);
    case SealMark::Incomplete:
        return paintOutcome(painter, square, Outcome::Vanished, ink, knockout);
    case SealMark::Alarm:
        return paintOutcome(painter, square, Outcome::Failed, ink, knockout);
    default:
        break;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF centre = square.center();
    const qreal side = square.width();
    if (mark == SealMark::Unknown) {
        painter.fillRect(QRectF(centre.x() - side / 4, centre.y() - side / 20, side / 2, side / 10), ink);
    } else {
        paintOutcome(painter, square, Outcome::Open, ink, knockout);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        constexpr int kCircle = 360 * 16; // sixteenths of a degree
        if (mark == SealMark::Sealed)
            painter.drawEllipse(around(centre, side / 5));
        else
            painter.drawPie(around(centre, side * 0.36), kCircle / 4,
                            -static_cast<int>(std::clamp(share, 0.0, 1.0) * kCircle));
    }
    painter.restore();
}

void paintSeal(QPainter &painter, const QRectF &square, SealMark mark, const Theme &theme, double share)
{
    paintSeal(painter, square, mark, inkOf(mark, theme), theme.onMark(), share);
}

} // namespace andon
