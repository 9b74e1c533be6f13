// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QBrush>
#include <QColor>
#include <QString>

class QPainter;
class QRectF;

namespace andon {

class Theme;

/// What an event type looks like in the timeline: greys for the normal, colour and a pattern for the rest.
namespace TimelineStyle {

/// Types whose bars must never be too small to see.
[[nodiscard]] bool isAbnormal(const QString &type);

/// Whether a bar of the type lies below a bar of the other one. What is not normal lies on top.
[[nodiscard]] bool isBelow(const QString &type, const QString &other);

struct Look
{
    QColor color;
    Qt::BrushStyle pattern = Qt::NoBrush; ///< over the colour
    QColor patternColor;
};
/// `place` tells apart types that Andon does not know.
[[nodiscard]] Look lookOf(const QString &type, int place, const Theme &theme);

/// Fills the rectangle.
void paint(QPainter &painter, const QRectF &rect, const Look &look);

/// A mark over a bar with a kill switch in it: seen without colour, and however thin the bar is.
void paintStopMark(QPainter &painter, qreal x, qreal top, qreal size, const Theme &theme);

} // namespace TimelineStyle

} // namespace andon
