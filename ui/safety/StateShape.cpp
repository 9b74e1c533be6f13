// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/StateShape.h"

#include <QPainter>
#include <QPainterPath>
#include <QtMath>

namespace andon {

namespace {

void paintEye(QPainter &painter, const QRectF &square)
{
    painter.drawRect(square);
    const QPointF middle = square.center();
    const qreal reach = square.width() * 0.34;
    const qreal rise = square.width() * 0.36;
    QPainterPath lids(middle - QPointF(reach, 0));
    lids.quadTo(middle - QPointF(0, rise), middle + QPointF(reach, 0));
    lids.quadTo(middle + QPointF(0, rise), middle - QPointF(reach, 0));
    painter.drawPath(lids);
    painter.setBrush(painter.pen().color());
    painter.drawEllipse(middle, square.width() * 0.07, square.width() * 0.07);
}

void paintTriangle(QPainter &painter, const QRectF &square)
{
    painter.setBrush(painter.pen().color());
    painter.drawPolygon(QPolygonF({square.topLeft() + QPointF(square.width() * 0.1, 0),
                                   {square.right(), square.center().y()},
                                   square.bottomLeft() + QPointF(square.width() * 0.1, 0)}));
}

QPolygonF octagonIn(const QRectF &square)
{
    QPolygonF octagon;
    const qreal radius = square.width() / 2 / qCos(M_PI / 8);
    for (int corner = 0; corner < 8; ++corner) {
        const qreal angle = M_PI / 8 + corner * M_PI / 4;
        octagon << square.center() + QPointF(radius * qCos(angle), radius * qSin(angle));
    }
    return octagon;
}

void paintOctagon(QPainter &painter, const QRectF &square)
{
    painter.setBrush(painter.pen().color());
    painter.drawPolygon(octagonIn(square));
}

void paintDashedOctagon(QPainter &painter, const QRectF &square)
{
    const qreal inset = square.width() * 0.2;
    const QPen pen = painter.pen();
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    painter.drawPolygon(octagonIn(square.adjusted(inset, inset, -inset, -inset)));

    // Two dashes an edge, each edge begun anew, so that the corners stay corners.
    QPen dashes = pen;
    const qreal edge = square.width() * qTan(M_PI / 8) / pen.widthF();
    dashes.setDashPattern({edge * 0.36, edge * 0.28});
    painter.setPen(dashes);
    const QPolygonF octagon = octagonIn(square);
    for (int corner = 0; corner < 8; ++corner)
        painter.drawLine(octagon[corner], octagon[(corner + 1) % 8]);
}

void paintQuestionMark(QPainter &painter, const QRectF &square)
{
    painter.drawEllipse(square);
    QFont font = painter.font();
    font.setBold(true);
    font.setPixelSize(qMax(1, qRound(square.height() * 0.68)));
    painter.setFont(font);
    painter.drawText(square, Qt::AlignCenter, QStringLiteral("?"));
}

} // namespace

void paintStateShape(QPainter &painter, const QRectF &square, ShownState::Kind kind, const QColor &ink)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal width = qMax(2.0, square.width() / 13);
    painter.setPen(QPen(ink, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    const QRectF inner = square.adjusted(width / 2, width / 2, -width / 2, -width / 2);
    switch (kind) {
    case ShownState::Kind::Opening:
        break;
    case ShownState::Kind::Unknown:
        paintQuestionMark(painter, inner);
        break;
    case ShownState::Kind::StopNotDelivered:
    case ShownState::Kind::StoppedNotRecorded:
        paintDashedOctagon(painter, inner);
        break;
    case ShownState::Kind::Stopped:
        paintOctagon(painter, inner);
        break;
    case ShownState::Kind::Observe:
        paintEye(painter, inner);
        break;
    case ShownState::Kind::Execute:
        paintTriangle(painter, inner);
        break;
    }
    painter.restore();
}

} // namespace andon
