// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/list/GoToBar.h"

#include "ui/Theme.h"

#include <QAccessible>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

namespace andon {

GoToBar::GoToBar(QWidget *parent)
    : QFrame(parent)
    , m_edit(new QLineEdit(this))
    , m_hint(new QLabel(tr("id (#123) or time (14:03, 2026-01-31 14:03, 2h)"), this))
    , m_error(new QLabel(this))
{
    setObjectName(QStringLiteral("goToBar"));
    setAccessibleName(tr("Go to an event or a time"));
    setAutoFillBackground(true);
    auto *title = new QLabel(tr("&Go to:"), this);
    title->setBuddy(m_edit);
    m_edit->setObjectName(QStringLiteral("goToEdit"));
    m_edit->setAccessibleName(tr("Where to go: the id of an event, or a time"));
    m_edit->setMaxLength(200);
    m_edit->setMinimumWidth(12 * Theme::kGrid);
    m_hint->setObjectName(QStringLiteral("goToHint"));
    m_hint->setWordWrap(true);
    m_error->setObjectName(QStringLiteral("goToError"));
    m_error->setTextFormat(Qt::PlainText);
    m_error->setWordWrap(true);
    m_error->setAccessibleName(tr("Why it cannot be gone to"));

    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::kGrid);
    row->addWidget(title);
    row->addWidget(m_edit, 2);
    row->addWidget(m_hint, 3);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Theme::kGrid, Theme::kGrid, Theme::kGrid, Theme::kGrid);
    column->setSpacing(Theme::kGrid / 2);
    column->addLayout(row);
    column->addWidget(m_error);

    m_edit->installEventFilter(this);
    parent->installEventFilter(this);
    connect(m_edit, &QLineEdit::textEdited, this, &GoToBar::clearError);
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        if (text().isEmpty())
            finish();
        else
            emit requested(text());
    });
    setFocusProxy(m_edit);
    clearError();
    hide();
}

bool GoToBar::begins(const QString &character)
{
    return character.size() == 1 && (character.front() == u'#' || (character >= u"0" && character <= u"9"));
}

QString GoToBar::text() const
{
    return m_edit->text().trimmed();
}

void GoToBar::start(const QString &firstCharacter)
{
    if (isHidden())
        m_before = window()->focusWidget();
    clearError();
    m_edit->setText(firstCharacter);
    show();
    place();
    raise();
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->deselect(); // the next key must not replace the first one
    m_edit->end(false);
}

void GoToBar::finish()
{
    if (isHidden())
        return;
    const bool hadFocus = m_edit->hasFocus();
    hide();
    if (hadFocus)
        (m_before ? m_before.data() : parentWidget())->setFocus(Qt::OtherFocusReason);
    emit closed();
}

void GoToBar::showError(const QString &sentence)
{
    m_error->setText(QStringLiteral("\u26A0 ") + sentence);
    m_error->show();
    m_edit->setAccessibleDescription(sentence);
    place();
    m_edit->selectAll();
    QAccessibleEvent event(m_error, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void GoToBar::clearError()
{
    m_error->clear();
    m_error->hide();
    m_edit->setAccessibleDescription(m_hint->text());
    place();
}

void GoToBar::place()
{
    const QRect room = parentWidget()->rect();
    layout()->activate();
    const int height = layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(room.width())
                                                     : sizeHint().height();
    setGeometry(room.left(), room.bottom() + 1 - height, room.width(), height);
}

bool GoToBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && !isHidden())
        place();
    if (watched != m_edit)
        return QFrame::eventFilter(watched, event);
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        finish();
        return true;
    }
    if (event->type() == QEvent::FocusOut) {
        const auto reason = static_cast<QFocusEvent *>(event)->reason();
        if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason)
            finish();
    }
    return QFrame::eventFilter(watched, event);
}

void GoToBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, width(), 1), Theme::of(this).line());
}

} // namespace andon
