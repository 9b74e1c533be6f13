// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/timeline/TimelineStyle.h"

#include "core/audit/AuditEvent.h"
#include "core/audit/read/ActivityHistogram.h"
#include "ui/Theme.h"

#include <QPainter>
#include <QPolygonF>

#include <array>

namespace andon::TimelineStyle {

namespace {

/// From the bottom of a bar; what is not named here comes after the first four.
int rankOf(const QString &type)
{
    static const QStringList below{EventType::kProposed, EventType::kValidated, EventType::kExecuting,
                                   EventType::kCompleted};
    static const QStringList above{ActivityHistogram::kOther, EventType::kModeChange, EventType::kReset,
                                   EventType::kCancelled,     EventType::kFailed,     EventType::kKillSwitch};
    const auto place = below.indexOf(type);
    if (place >= 0)
        return int(place);
    return int(below.size() + 1 + above.indexOf(type));
}

QColor pick(const Theme &theme, QRgb light, QRgb dark)
{
    return {theme.isDark() ? dark : light};
}

/// Far enough apart for neighbours in a bar to differ.
QColor greyOf(int shade, const Theme &theme)
{
    static constexpr std::array<QRgb, 5> light{0x98A4B0, 0x6F7D8C, 0x82909E, 0x56636F, 0x3D4853};
    static constexpr std::array<QRgb, 5> dark{0x66717D, 0x8E9BA8, 0x77838F, 0xA9B5C1, 0xC6D0DA};
    const auto index = size_t(shade) % light.size();
    return pick(theme, light.at(index), dark.at(index));
}

} // namespace

bool isAbnormal(const QString &type)
{
    return type == EventType::kFailed || type == EventType::kKillSwitch || type == EventType::kCancelled;
}

bool isBelow(const QString &type, const QString &other)
{
    const int rank = rankOf(type);
    const int otherRank = rankOf(other);
    return rank != otherRank ? rank < otherRank : type < other;
}

Look lookOf(const QString &type, int place, const Theme &theme)
{
    const QColor onColor = pick(theme, 0xFFFFFF, 0x14191F);
    if (type == EventType::kKillSwitch)
        return {pick(theme, 0xB3261E, 0xFF6B60), Qt::NoBrush, onColor};
    if (type == EventType::kFailed)
        return {pick(theme, 0xB3261E, 0xFF6B60), Qt::BDiagPattern, onColor};
    if (type == EventType::kCancelled)
        return {pick(theme, 0xB36B00, 0xFFC04D), Qt::HorPattern, onColor};
    const int rank = rankOf(type);
    return {greyOf(rank < 4 ? rank : place, theme), Qt::NoBrush, {}};
}

void paint(QPainter &painter, const QRectF &rect, const Look &look)
{
    painter.fillRect(rect, look.color);
    if (look.pattern != Qt::NoBrush)
        painter.fillRect(rect, QBrush(look.patternColor, look.pattern));
}

void paintStopMark(QPainter &painter, qreal x, qreal top, qreal size, const Theme &theme)
{
    // An octagon, as a stop is drawn everywhere in this window.
    const qreal half = size / 2;
    const qreal corner = half * 0.41;
    const QPolygonF octagon({{x - corner, top},
                             {x + corner, top},
                             {x + half, top + half - corner},
                             {x + half, top + half + corner},
                             {x + corner, top + size},
                             {x - corner, top + size},
                             {x - half, top + half + corner},
                             {x - half, top + half - corner}});
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(pick(theme, 0xB3261E, 0xFF6B60));
    painter.drawPolygon(octagon);
    painter.restore();
}

} // namespace andon::TimelineStyle
