// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/safety/ShownState.h"

#include <QColor>
#include <QFont>

class QPainter;
class QPalette;
class QRectF;
class QWidget;

namespace andon {

/// Colours, type sizes and distances of the window, for a light or a dark style.
///
/// Grey surfaces come from the palette of the system; colour is for state alone. A value made from
/// a palette when it is needed: a widget that keeps colours makes a new one on PaletteChange.
class Theme
{
public:
    /// Every distance is a multiple of this, in device-independent pixels.
    static constexpr int kGrid = 8;

    explicit Theme(const QPalette &palette);
    static Theme of(const QWidget *widget);

    /// True where the window is darker than its text.
    [[nodiscard]] bool isDark() const { return m_isDark; }

    struct StateColors
    {
        QColor ground;
        QColor text;
        QColor hatch;               ///< of diagonal stripes on the ground; invalid: none
        bool hasDashedEdge = false; ///< 3 px, in the text's colour
    };
    [[nodiscard]] StateColors state(ShownState::Kind kind) const;

    // The kill switch, alike in both styles.
    static QColor stopRed() { return {0xC8, 0x10, 0x2E}; }
    static QColor stopYellow() { return {0xFF, 0xD2, 0x00}; }
    static QColor onStopRed() { return {0xFF, 0xFF, 0xFF}; }
    static QColor onStopYellow() { return {0x2B, 0x1D, 0x00}; }
    // ... and what it looks like where pressing it achieves nothing.
    [[nodiscard]] QColor deadGround() const;
    [[nodiscard]] QColor deadDisc() const;
    [[nodiscard]] QColor deadText() const;

    // What became of something, for shapes and bars on the window's ground: at least 3:1 (WCAG 2.1, 1.4.11). Green,
    // amber and red as IEC 60073 has them; never without a shape and a word.
    [[nodiscard]] QColor confirmed() const;
    [[nodiscard]] QColor caution() const;
    [[nodiscard]] QColor danger() const;
    /// What is drawn upon one of these.
    [[nodiscard]] QColor onMark() const;

    /// Text of less weight that still reads: at least 4.5:1 on the window.
    [[nodiscard]] QColor quietText() const;
    /// Lines that separate.
    [[nodiscard]] QColor line() const;

    // Three type sizes, from the font of the system.
    [[nodiscard]] static QFont stateFont(const QFont &body);
    [[nodiscard]] static QFont smallFont(const QFont &body);
    [[nodiscard]] static QFont boldFont(const QFont &body);
    /// For times and ids: `font` where its digits are equally wide, the fixed-pitch font otherwise.
    [[nodiscard]] static QFont figuresFont(const QFont &font);

    /// The ring around what has the keyboard focus, just inside `rect`, readable on `ground`.
    static void paintFocusRing(QPainter &painter, const QRectF &rect, const QColor &ground);

private:
    QColor m_window;
    QColor m_text;
    bool m_isDark;
};

} // namespace andon
