// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/StopAlarm.h"

#include "ui/Theme.h"
#include "ui/safety/OutcomeMark.h"

#include <QAccessible>
#include <QApplication>
#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPainter>

namespace andon {

StopAlarm::StopAlarm(QWidget *parent)
    : QWidget(parent)
    , m_mark(new OutcomeMark(this))
    , m_text(new QLabel(this))
{
    setObjectName(QStringLiteral("stopAlarm"));
    m_mark->setOutcome(Outcome::Failed);
    m_text->setObjectName(QStringLiteral("stopAlarmText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    row->setSpacing(Theme::kGrid);
    row->addWidget(m_mark, 0, Qt::AlignTop);
    row->addWidget(m_text, 1);
    hide();
    applyTheme();
}

QString StopAlarm::sentence() const
{
    return isHidden() ? QString() : m_text->text();
}

void StopAlarm::setSentence(const QString &sentence)
{
    if (this->sentence() == sentence)
        return;
    m_text->setText(sentence);
    setAccessibleName(sentence.isEmpty() ? QString() : tr("Alarm: %1").arg(sentence));
    setVisible(!sentence.isEmpty());
    if (sentence.isEmpty())
        return;
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
    QApplication::alert(window());
    emit raised();
}

void StopAlarm::applyTheme()
{
    const Theme::StateColors colors = Theme::of(this).state(ShownState::Kind::Stopped);
    m_mark->setInk(colors.text, colors.ground);
    QPalette palette = m_text->palette();
    if (palette.color(QPalette::WindowText) != colors.text) {
        palette.setColor(QPalette::WindowText, colors.text);
        m_text->setPalette(palette);
    }
    m_text->setFont(Theme::boldFont(font()));
}

void StopAlarm::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

void StopAlarm::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::of(this).state(ShownState::Kind::Stopped).ground);
}

} // namespace andon
