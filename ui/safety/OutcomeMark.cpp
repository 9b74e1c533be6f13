// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/OutcomeMark.h"

#include "ui/Theme.h"

#include <QPainter>
#include <QtMath>

namespace andon {

namespace {

QColor inkOf(Outcome outcome, const Theme &theme)
{
    switch (outcome) {
    case Outcome::Open:
    case Outcome::Ended:
        return theme.quietText();
    case Outcome::Done:
        return theme.confirmed();
    case Outcome::Vanished:
    case Outcome::OutOfHand:
    case Outcome::Held:
        return theme.caution();
    case Outcome::Failed:
        break;
    }
    return theme.danger();
}

/// A point of the square, in hundredths of its side.
QPointF at(const QRectF &square, qreal x, qreal y)
{
    return square.topLeft() + QPointF(square.width() * x / 100, square.height() * y / 100);
}

void paintTick(QPainter &painter, const QRectF &square, const QColor &ink)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(ink, square.width() / 8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(QPolygonF({at(square, 28, 53), at(square, 44, 69), at(square, 73, 34)}));
}

void paintSign(QPainter &painter, const QRectF &box, const QString &sign, const QColor &ink)
{
    QFont font = painter.font();
    font.setBold(true);
    font.setPixelSize(qMax(1, qRound(box.height())));
    painter.setFont(font);
    painter.setPen(ink);
    painter.drawText(box.adjusted(-box.width(), 0, box.width(), 0), Qt::AlignCenter, sign);
}

QPolygonF octagon(const QRectF &square)
{
    QPolygonF corners;
    const qreal radius = square.width() / 2 / qCos(M_PI / 8);
    for (int corner = 0; corner < 8; ++corner) {
        const qreal angle = M_PI / 8 + corner * M_PI / 4;
        corners << square.center() + QPointF(radius * qCos(angle), radius * qSin(angle));
    }
    return corners;
}

} // namespace

void paintOutcome(QPainter &painter, const QRectF &square, Outcome outcome, const QColor &ink, const QColor &knockout)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal width = qMax(1.5, square.width() / 10);
    const QRectF inner = square.adjusted(width / 2, width / 2, -width / 2, -width / 2);
    const QPen outline(ink, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
    painter.setPen(outline);
    switch (outcome) {
    case Outcome::Open:
        painter.drawEllipse(inner);
        break;
    case Outcome::Done:
        painter.setBrush(ink);
        painter.drawEllipse(inner);
        paintTick(painter, square, knockout);
        break;
    case Outcome::Ended:
        painter.drawEllipse(inner);
        paintTick(painter, square, ink);
        break;
    case Outcome::Vanished:
        painter.drawPolygon(QPolygonF({at(inner, 50, 0), at(inner, 100, 50), at(inner, 50, 100), at(inner, 0, 50)}));
        paintSign(painter, QRectF(at(square, 30, 22), at(square, 70, 78)), QStringLiteral("?"), ink);
        break;
    case Outcome::OutOfHand:
        painter.drawRect(QRectF(at(inner, 8, 8), at(inner, 92, 92)));
        painter.drawLine(at(inner, 8, 92), at(inner, 92, 8));
        break;
    case Outcome::Failed:
        painter.setBrush(ink);
        painter.drawPolygon(QPolygonF({at(inner, 50, 4), at(inner, 100, 94), at(inner, 0, 94)}));
        paintSign(painter, QRectF(at(square, 35, 32), at(square, 65, 90)), QStringLiteral("!"), knockout);
        break;
    case Outcome::Held:
        painter.drawPolygon(octagon(inner));
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        for (const qreal left : {32.0, 56.0})
            painter.drawRect(QRectF(at(square, left, 28), at(square, left + 12, 72)));
        break;
    }
    painter.restore();
}

void paintOutcome(QPainter &painter, const QRectF &square, Outcome outcome, const Theme &theme)
{
    paintOutcome(painter, square, outcome, inkOf(outcome, theme), theme.onMark());
}

OutcomeMark::OutcomeMark(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void OutcomeMark::setOutcome(Outcome outcome)
{
    if (m_outcome == outcome)
        return;
    m_outcome = outcome;
    update();
}

void OutcomeMark::setInk(const QColor &ink, const QColor &knockout)
{
    m_ink = ink;
    m_knockout = knockout;
    update();
}

void OutcomeMark::setSide(int side)
{
    m_side = side;
    updateGeometry();
}

QSize OutcomeMark::sizeHint() const
{
    const int side = m_side > 0 ? m_side : fontMetrics().height();
    return {side, side};
}

void OutcomeMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRectF square = QRectF(rect()).adjusted(1, 1, -1, -1);
    if (m_ink.isValid())
        paintOutcome(painter, square, m_outcome, m_ink, m_knockout);
    else
        paintOutcome(painter, square, m_outcome, Theme::of(this));
}

} // namespace andon
