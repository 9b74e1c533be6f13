// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/EmergencyKeys.h"

#include <QCoreApplication>
#include <QKeyEvent>

namespace andon {

EmergencyKeys::EmergencyKeys(QObject *parent)
    : QObject(parent)
{
    QCoreApplication::instance()->installEventFilter(this);
}

bool EmergencyKeys::isEmergencyKey(const QKeyEvent &event)
{
    if (event.key() == Qt::Key_Pause)
        return true;
    // Shift is allowed: on some keyboards the full stop needs it.
    const auto others = Qt::AltModifier | Qt::MetaModifier;
    return event.key() == Qt::Key_Period && event.modifiers().testFlag(Qt::ControlModifier)
        && (event.modifiers() & others) == Qt::NoModifier;
}

bool EmergencyKeys::eventFilter(QObject *watched, QEvent *event)
{
    Q_UNUSED(watched)
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride)
        return false;
    auto *key = static_cast<QKeyEvent *>(event);
    if (!isEmergencyKey(*key))
        return false;
    key->accept();
    // Accepting the override says: no shortcut, but a key press, which comes next and is the one that counts.
    if (event->type() == QEvent::KeyPress && !key->isAutoRepeat())
        emit stopDemanded();
    return true;
}

} // namespace andon
