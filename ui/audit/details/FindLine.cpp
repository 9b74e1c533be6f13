// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/details/FindLine.h"

#include "ui/Theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>

#include <chrono>

namespace andon {

using namespace std::chrono_literals;

namespace {

QToolButton *arrow(const QString &objectName, Qt::ArrowType type, const QString &name, const QString &keys,
                   QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(objectName);
    button->setArrowType(type);
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(QStringLiteral("%1 (%2)").arg(name, keys));
    return button;
}

} // namespace

FindLine::FindLine(QWidget *parent)
    : QWidget(parent)
    , m_edit(new QLineEdit(this))
    , m_places(new QLabel(this))
    , m_previous(arrow(QStringLiteral("findPreviousButton"), Qt::UpArrow, tr("Previous place"), tr("Shift+F3"), this))
    , m_next(arrow(QStringLiteral("findNextButton"), Qt::DownArrow, tr("Next place"), tr("F3"), this))
{
    setObjectName(QStringLiteral("findLine"));
    m_edit->setObjectName(QStringLiteral("findEdit"));
    m_edit->setPlaceholderText(tr("Find in the data"));
    m_edit->setAccessibleName(tr("Find in the data of the event"));
    m_edit->setClearButtonEnabled(true);
    m_edit->setMaxLength(1000);
    m_edit->setMinimumWidth(12 * Theme::kGrid);
    m_edit->installEventFilter(this);
    if (auto *clear = m_edit->findChild<QToolButton *>())
        clear->setAccessibleName(tr("Clear the search"));
    m_places->setObjectName(QStringLiteral("findPlaces"));
    m_places->setAccessibleName(tr("Places found"));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(Theme::kGrid / 2);
    row->addWidget(m_edit, 1);
    row->addWidget(m_places);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    setFocusProxy(m_edit);

    m_pause.setSingleShot(true);
    m_pause.setInterval(120ms);
    connect(&m_pause, &QTimer::timeout, this, &FindLine::choose);
    connect(m_edit, &QLineEdit::textChanged, this, [this] { m_pause.start(); });
    connect(m_previous, &QToolButton::clicked, this, &FindLine::previousRequested);
    connect(m_next, &QToolButton::clicked, this, &FindLine::nextRequested);
    setPlaces(0, 0, false);
}

QString FindLine::text() const
{
    return m_edit->text();
}

void FindLine::focusEdit()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void FindLine::choose()
{
    m_pause.stop();
    if (m_edit->text() == m_chosen)
        return;
    m_chosen = m_edit->text();
    emit textChosen(m_chosen);
}

void FindLine::setPlaces(qsizetype current, qsizetype total, bool isAtLeast)
{
    const bool hasText = !m_edit->text().isEmpty();
    const QString number = (isAtLeast ? QStringLiteral("\u2265 ") : QString()) + QLocale().toString(total);
    QString text;
    if (hasText && total == 0)
        text = tr("none");
    else if (hasText)
        text = tr("%1 of %2").arg(current > 0 ? QLocale().toString(current) : QStringLiteral("\u2013"), number);
    m_places->setText(text);
    m_places->setVisible(hasText);
    m_previous->setVisible(hasText);
    m_next->setVisible(hasText);
    m_previous->setEnabled(total > 0);
    m_next->setEnabled(total > 0);
    m_edit->setAccessibleDescription(text);
}

void FindLine::setSearching()
{
    m_places->setText(QStringLiteral("\u2026"));
    m_places->show();
}

bool FindLine::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (onKey(key->key(), key->modifiers().testFlag(Qt::ShiftModifier)))
            return true;
    }
    return QWidget::eventFilter(watched, event);
}

bool FindLine::onKey(int key, bool isShifted)
{
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        const bool isNew = m_edit->text() != m_chosen;
        choose();
        if (!isNew)
            isShifted ? emit previousRequested() : emit nextRequested();
        return true;
    }
    if (key != Qt::Key_Escape)
        return false;
    if (m_edit->text().isEmpty()) {
        emit leaveRequested();
    } else {
        m_edit->clear();
        choose();
    }
    return true;
}

} // namespace andon
