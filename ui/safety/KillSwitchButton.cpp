// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/KillSwitchButton.h"

#include "ui/PlainTip.h"
#include "ui/Theme.h"

#include <QAccessible>
#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace andon {

namespace {

constexpr int kMargin = 2 * Theme::kGrid;

bool isPressKey(const QKeyEvent *event)
{
    return event->key() == Qt::Key_Space || event->key() == Qt::Key_Select || event->key() == Qt::Key_Return
        || event->key() == Qt::Key_Enter;
}

} // namespace

KillSwitchButton::KillSwitchButton(QWidget *parent)
    : QAbstractButton(parent)
{
    setObjectName(QStringLiteral("killSwitchButton"));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setText(tr("STOP"));
    setAccessibleName(tr("Emergency stop"));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    describe();
    // Presses by hand are handled below, on their own; `clicked` then comes from assistive technology alone.
    connect(this, &QAbstractButton::clicked, this, &KillSwitchButton::stopDemanded);
    qApp->installEventFilter(this);
}

void KillSwitchButton::setObstacle(const QString &obstacle)
{
    if (m_obstacle == obstacle)
        return;
    m_obstacle = obstacle;
    describe();
    updateGeometry();
    update();
}

void KillSwitchButton::describe()
{
    setToolTip(plainTip(m_obstacle));
    setAccessibleDescription(isEffective() ? tr("Stops every action at once, without asking. Also Ctrl+. or Pause.")
                                           : m_obstacle + u' ' + caption());
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

QString KillSwitchButton::caption() const
{
    return isEffective() ? tr("Ctrl+. or Pause, anywhere")
                         : tr("Ineffective here. Use andonctl kill, or another panel.");
}

QFont KillSwitchButton::wordFont() const
{
    QFont word = Theme::boldFont(font());
    word.setPixelSize(kDiscDiameter / 4);
    word.setLetterSpacing(QFont::AbsoluteSpacing, 2);
    return word;
}

int KillSwitchButton::captionHeight(int width) const
{
    return QFontMetrics(Theme::smallFont(font()))
        .boundingRect(QRect(0, 0, qMax(1, width - 2 * Theme::kGrid), 1000), Qt::AlignHCenter | Qt::TextWordWrap,
                      caption())
        .height();
}

int KillSwitchButton::heightForWidth(int width) const
{
    return kMargin + kDiscDiameter + Theme::kGrid + captionHeight(width) + Theme::kGrid;
}

QSize KillSwitchButton::minimumSizeHint() const
{
    const int width = kDiscDiameter + 2 * kMargin;
    return {width, heightForWidth(width)};
}

QSize KillSwitchButton::sizeHint() const
{
    return minimumSizeHint();
}

QRectF KillSwitchButton::discRect() const
{
    return QRectF((width() - kDiscDiameter) / 2.0, kMargin, kDiscDiameter, kDiscDiameter);
}

void KillSwitchButton::paintEvent(QPaintEvent *)
{
    const Theme theme = Theme::of(this);
    const QColor ground = isEffective() ? Theme::stopYellow() : theme.deadGround();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), ground);

    const QRectF disc = isDown() ? discRect().adjusted(4, 4, -4, -4) : discRect();
    painter.setPen(Qt::NoPen);
    painter.setBrush(isEffective() ? Theme::stopRed() : theme.deadDisc());
    painter.drawEllipse(disc);

    painter.setFont(wordFont());
    painter.setPen(isEffective() ? Theme::onStopRed() : theme.deadText());
    painter.drawText(discRect(), Qt::AlignCenter, text());
    if (!isEffective()) {
        painter.setPen(QPen(theme.deadText(), 4));
        const QPointF reach(kDiscDiameter * 0.36, kDiscDiameter * 0.36);
        painter.drawLine(QLineF(disc.center() - reach, disc.center() + reach));
    }

    painter.setFont(Theme::smallFont(font()));
    painter.setPen(isEffective() ? Theme::onStopYellow() : theme.deadText());
    const int captionTop = kMargin + kDiscDiameter + Theme::kGrid;
    painter.drawText(QRect(Theme::kGrid, captionTop, width() - 2 * Theme::kGrid, height() - captionTop),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, caption());
    if (hasFocus())
        Theme::paintFocusRing(painter, rect(), ground);
}

void KillSwitchButton::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    emit stopDemanded(); // first of all; looks come after
    setDown(true);
    event->accept();
}

void KillSwitchButton::mouseReleaseEvent(QMouseEvent *event)
{
    setDown(false);
    event->accept();
}

void KillSwitchButton::keyPressEvent(QKeyEvent *event)
{
    if (!isPressKey(event)) {
        QAbstractButton::keyPressEvent(event);
        return;
    }
    event->accept();
    if (event->isAutoRepeat())
        return;
    emit stopDemanded();
    setDown(true);
}

void KillSwitchButton::keyReleaseEvent(QKeyEvent *event)
{
    if (!isPressKey(event)) {
        QAbstractButton::keyReleaseEvent(event);
        return;
    }
    event->accept();
    if (!event->isAutoRepeat())
        setDown(false);
}

void KillSwitchButton::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    QAbstractButton::changeEvent(event);
}

bool KillSwitchButton::eventFilter(QObject *watched, QEvent *event)
{
    // A popup takes every press of the mouse, wherever it is, and one outside of it merely closes it.
    if (event->type() != QEvent::MouseButtonPress || !watched->isWindowType() || !isVisible())
        return false;
    QWidget *popup = QApplication::activePopupWidget();
    if (popup == nullptr)
        return false;
    const auto *press = static_cast<QMouseEvent *>(event);
    const QPoint where = press->globalPosition().toPoint();
    if (press->button() != Qt::LeftButton || popup->geometry().contains(where)
        || !QRect(mapToGlobal(QPoint()), size()).contains(where))
        return false;
    emit stopDemanded();
    while (QWidget *open = QApplication::activePopupWidget()) {
        if (!open->close())
            break;
    }
    return true;
}

} // namespace andon
