// SPDX-License-Identifier: Apache-2.0
#include "ui/AlarmStrip.h"

#include "ui/Theme.h"
#include "ui/safety/OutcomeMark.h"

#include <QAccessible>
#include <QApplication>
#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace andon {

AlarmStrip::AlarmStrip(const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_mark(new OutcomeMark(this))
    , m_text(new QLabel(this))
{
    setObjectName(name);
    m_mark->setOutcome(Outcome::Failed);
    m_text->setObjectName(name + QStringLiteral("Text"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    row->setSpacing(Theme::kGrid);
    row->addWidget(m_mark, 0, Qt::AlignVCenter);
    row->addWidget(m_text, 1);
    hide();
    applyTheme();
}

void AlarmStrip::offerDetails(const QString &text, const QString &accessibleName)
{
    auto *details = new QPushButton(text, this);
    details->setObjectName(objectName() + QStringLiteral("Button"));
    details->setAccessibleName(accessibleName);
    connect(details, &QPushButton::clicked, this, &AlarmStrip::detailsRequested);
    layout()->addWidget(details);
    layout()->setAlignment(details, Qt::AlignVCenter);
}

QString AlarmStrip::sentence() const
{
    return isHidden() ? QString() : m_text->text();
}

void AlarmStrip::setSentence(const QString &sentence)
{
    if (this->sentence() == sentence)
        return;
    m_text->setText(sentence);
    setAccessibleName(sentence.isEmpty() ? QString() : tr("Alarm: %1").arg(sentence));
    setVisible(!sentence.isEmpty());
    keepRoom();
    if (sentence.isEmpty())
        return;
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
    QApplication::alert(window());
    emit raised();
}

void AlarmStrip::applyTheme()
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

/// All of its lines, also where the window is so low that everything else is squeezed.
void AlarmStrip::keepRoom()
{
    m_text->setMinimumHeight(std::max(0, m_text->heightForWidth(m_text->width())));
}

void AlarmStrip::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    keepRoom();
}

void AlarmStrip::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

void AlarmStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::of(this).state(ShownState::Kind::Stopped).ground);
}

} // namespace andon
