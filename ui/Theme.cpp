// SPDX-License-Identifier: Apache-2.0
#include "ui/Theme.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPainter>
#include <QPalette>
#include <QWidget>

#include <algorithm>

namespace andon {

namespace {

QFont scaled(QFont font, qreal factor)
{
    // A font has a size in points or in pixels, never both.
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    else
        font.setPixelSize(qRound(font.pixelSize() * factor));
    return font;
}

QColor mixed(const QColor &from, const QColor &to, qreal share)
{
    const auto mix = [share](float a, float b) { return a + (b - a) * static_cast<float>(share); };
    return QColor::fromRgbF(mix(from.redF(), to.redF()), mix(from.greenF(), to.greenF()),
                            mix(from.blueF(), to.blueF()));
}

} // namespace

Theme::Theme(const QPalette &palette)
    : m_window(palette.color(QPalette::Active, QPalette::Window))
    , m_text(palette.color(QPalette::Active, QPalette::WindowText))
    , m_isDark(m_window.lightness() < m_text.lightness())
{
}

Theme Theme::of(const QWidget *widget)
{
    return Theme(widget->palette());
}

Theme::StateColors Theme::state(ShownState::Kind kind) const
{
    const auto pick = [this](QRgb light, QRgb dark) { return QColor(m_isDark ? dark : light); };
    switch (kind) {
    case ShownState::Kind::Opening:
        return {m_window, m_text, {}, false};
    case ShownState::Kind::Observe:
        return {pick(0xE3E8EF, 0x2A3441), pick(0x1B2733, 0xE6EDF5), {}, false};
    case ShownState::Kind::Execute:
        return {pick(0xFFD479, 0x8A5A00), pick(0x2B1D00, 0xFFF3DC), {}, false};
    case ShownState::Kind::Stopped:
        return {pick(0xB3261E, 0xC4352B), QColor(0xFFFFFF), {}, false};
    case ShownState::Kind::StoppedNotRecorded:
        // Darker stripes: white text only gains contrast on them.
        return {pick(0xB3261E, 0xC4352B), QColor(0xFFFFFF), pick(0x9C1C15, 0xAC2A21), false};
    case ShownState::Kind::StopNotDelivered: // as little is known as in the unknown state
    case ShownState::Kind::Unknown:
        break;
    }
    return {pick(0xFFFFFF, 0x14191F), pick(0x1B2733, 0xE6EDF5), {}, true};
}

QColor Theme::deadGround() const
{
    return QColor(m_isDark ? 0x2B2F34 : 0xD9DCE0);
}

QColor Theme::deadDisc() const
{
    return QColor(m_isDark ? 0x4A4F56 : 0xB4B9C0);
}

QColor Theme::deadText() const
{
    return QColor(m_isDark ? 0xE6EDF5 : 0x1B2733);
}

QColor Theme::confirmed() const
{
    return QColor(m_isDark ? 0x57C785 : 0x1B7A3D);
}

QColor Theme::caution() const
{
    return QColor(m_isDark ? 0xFFC24B : 0x955800);
}

QColor Theme::danger() const
{
    return QColor(m_isDark ? 0xFF8B80 : 0xB3261E);
}

QColor Theme::onMark() const
{
    return QColor(m_isDark ? 0x14191F : 0xFFFFFF);
}

QColor Theme::quietText() const
{
    return mixed(m_text, m_window, 0.25);
}

QColor Theme::line() const
{
    return mixed(m_window, m_text, 0.25);
}

QFont Theme::stateFont(const QFont &body)
{
    return boldFont(scaled(body, 1.8));
}

QFont Theme::smallFont(const QFont &body)
{
    return scaled(body, 0.9);
}

QFont Theme::boldFont(const QFont &body)
{
    QFont font = body;
    font.setBold(true);
    return font;
}

QFont Theme::figuresFont(const QFont &font)
{
    const QFontMetricsF metrics(font);
    const qreal width = metrics.horizontalAdvance(u'0');
    for (char16_t digit = u'1'; digit <= u'9'; ++digit) {
        if (std::abs(metrics.horizontalAdvance(QChar(digit)) - width) < 0.01)
            continue;
        QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        if (font.pointSizeF() > 0)
            fixed.setPointSizeF(font.pointSizeF());
        else
            fixed.setPixelSize(font.pixelSize());
        return fixed;
    }
    return font;
}

void Theme::paintFocusRing(QPainter &painter, const QRectF &rect, const QColor &ground)
{
    constexpr qreal kWidth = 3;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(ground.lightness() > 127 ? 0x101418 : 0xFFFFFF), kWidth));
    painter.drawRect(rect.adjusted(kWidth / 2, kWidth / 2, -kWidth / 2, -kWidth / 2));
    painter.restore();
}

} // namespace andon
