// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/filter/FilterEdit.h"

#include "ui/Theme.h"

#include <QInputMethodEvent>
#include <QTextCharFormat>

namespace andon {

FilterEdit::FilterEdit(QWidget *parent)
    : QLineEdit(parent)
{
}

void FilterEdit::inputMethodEvent(QInputMethodEvent *event)
{
    m_isComposing = !event->preeditString().isEmpty();
    QLineEdit::inputMethodEvent(event);
}

void FilterEdit::markError(qsizetype position, qsizetype length)
{
    if (m_isComposing)
        return; // formats belong to the input method now
    QList<QInputMethodEvent::Attribute> attributes;
    if (length > 0) {
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(Theme::of(this).isDark() ? QColor(0xFF, 0x8A, 0x80) : QColor(0xB3, 0x26, 0x1E));
        attributes << QInputMethodEvent::Attribute(QInputMethodEvent::TextFormat, int(position) - cursorPosition(),
                                                   int(length), format);
    }
    QInputMethodEvent event({}, attributes);
    QLineEdit::inputMethodEvent(&event);
    update();
}

} // namespace andon
