// SPDX-License-Identifier: Apache-2.0
#pragma once

class QColor;
class QPainter;
class QRectF;

namespace andon {

class Theme;

/// What is known of the seal of an event, or of a whole log, as a shape. Each has its own outline, so that none is told
/// by colour alone.
enum class SealMark {
    Unknown,    ///< a dash
    Unsealed,   ///< a ring: not yet
    Sealed,     ///< a ring with a core
    Verifying,  ///< a ring that fills
    Verified,   ///< a disc with a tick
    Unsigned,   ///< a square, struck through: nobody vouches for it
    Incomplete, ///< a diamond with a question mark
    Alarm,      ///< a triangle with an exclamation mark: tampered with, or in trouble
};

/// `share` of the whole is done: for Verifying.
void paintSeal(QPainter &painter, const QRectF &square, SealMark mark, const Theme &theme, double share = 0);
/// The same in one ink, `knockout` being the ground that shows through.
void paintSeal(QPainter &painter, const QRectF &square, SealMark mark, const QColor &ink, const QColor &knockout,
               double share = 0);

} // namespace andon
