// SPDX-License-Identifier: Apache-2.0
#include "ui/MessageStrip.h"

#include "ui/PlainTip.h"
#include "ui/Theme.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace andon {

namespace {

constexpr int kBar = Theme::kGrid / 2;

} // namespace

MessageStrip::MessageStrip(QWidget *parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_close(new QToolButton(this))
{
    setObjectName(QStringLiteral("messageStrip"));
    hide();
    m_text->setObjectName(QStringLiteral("messageText"));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setText(QStringLiteral("\u2715"));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(tr("Close this message"));
    m_close->setFocusPolicy(Qt::StrongFocus);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(2 * Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    row->setSpacing(Theme::kGrid);
    row->addWidget(m_text, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);
    applyTheme();
}

void MessageStrip::showError(const QString &message, const QString &cause)
{
    showText(message.isEmpty() ? tr("Something went wrong.") : message, cause, true);
}

void MessageStrip::showNote(const QString &message)
{
    showText(message, {}, false);
}

QString MessageStrip::message() const
{
    return isHidden() ? QString() : m_text->text();
}

void MessageStrip::showText(const QString &message, const QString &cause, bool isError)
{
    m_isError = isError;
    m_text->setText(message);
    setToolTip(plainTip(cause));
    setAccessibleName(isError ? tr("Error: %1").arg(message) : message);
    setAccessibleDescription(cause);
    applyTheme();
    show();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void MessageStrip::applyTheme()
{
    m_text->setFont(m_isError ? Theme::boldFont(font()) : font());
    update();
}

void MessageStrip::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
    QFrame::changeEvent(event);
}

void MessageStrip::paintEvent(QPaintEvent *)
{
    const Theme theme = Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line());
    // A broad bar marks trouble; the sentence is bold as well.
    if (m_isError)
        painter.fillRect(QRect(0, 0, 2 * kBar, height()), theme.state(ShownState::Kind::Stopped).ground);
}

} // namespace andon
