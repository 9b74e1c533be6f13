// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/safety/ShownState.h"

class QColor;
class QPainter;
class QRectF;

namespace andon {

/// Draws the shape of a state, so that no state is told by colour alone: an eye in a square, a
/// triangle pointing right, an octagon (its edge dashed while not recorded), a question mark in a
/// circle. Nothing while opening.
void paintStateShape(QPainter &painter, const QRectF &square, ShownState::Kind kind, const QColor &ink);

} // namespace andon
