// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/SegmentButton.h"

#include "ui/Theme.h"

#include <QFontMetrics>
#include <QKeyEvent>
#include <QPainter>

namespace andon {

SegmentButton::SegmentButton(const QString &text, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SegmentButton::setCheckedColors(const QColor &ground, const QColor &text)
{
    m_ground = ground;
    m_ink = text;
    update();
}

QSize SegmentButton::sizeHint() const
{
    const QFontMetrics metrics(Theme::boldFont(font()));
    const int width = metrics.horizontalAdvance(text()) + 6 * Theme::kGrid;
    return {width, qMax(5 * Theme::kGrid, metrics.height() + 2 * Theme::kGrid)};
}

void SegmentButton::paintEvent(QPaintEvent *)
{
    const Theme theme = Theme::of(this);
    const QPalette::ColorGroup group = isEnabled() ? QPalette::Active : QPalette::Disabled;
    QColor ground = palette().color(group, isDown() ? QPalette::Midlight : QPalette::Button);
    QColor ink = palette().color(group, QPalette::ButtonText);
    if (isChecked() && isEnabled()) {
        ground = m_ground;
        ink = m_ink;
    }

    QPainter painter(this);
    painter.fillRect(rect(), ground);
    const bool isStrong = isChecked() || (isEnabled() && underMouse());
    painter.setPen(QPen(isStrong && isEnabled() ? ink : theme.line(), isChecked() ? 2 : 1));
    const qreal inset = isChecked() ? 1 : 0.5;
    painter.drawRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset));

    painter.setPen(ink);
    painter.setFont(isChecked() ? Theme::boldFont(font()) : font());
    // A mark as well as a colour.
    const QString shown = isChecked() ? QStringLiteral("\u25CF ") + text() : text();
    painter.drawText(rect(), Qt::AlignCenter | Qt::TextShowMnemonic, shown);
    if (hasFocus())
        Theme::paintFocusRing(painter, rect(), ground);
}

void SegmentButton::keyPressEvent(QKeyEvent *event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !event->isAutoRepeat()) {
        click();
        event->accept();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

void SegmentButton::enterEvent(QEnterEvent *event)
{
    update();
    QAbstractButton::enterEvent(event);
}

void SegmentButton::leaveEvent(QEvent *event)
{
    update();
    QAbstractButton::leaveEvent(event);
}

} // namespace andon
