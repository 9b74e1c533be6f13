// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/filter/AuditFilterBar.h"

#include "ui/Theme.h"
#include "ui/audit/filter/FilterCompleter.h"
#include "ui/audit/filter/FilterEdit.h"
#include "ui/audit/filter/FilterText.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace andon {

using namespace std::chrono_literals;

AuditFilterBar::AuditFilterBar(QWidget *parent)
    : QWidget(parent)
    , m_edit(new FilterEdit(this))
    , m_completer(nullptr)
    , m_error(new QLabel(this))
{
    m_edit->setObjectName(QStringLiteral("auditFilterEdit"));
    m_edit->setAccessibleName(tr("Filter of the audit log"));
    m_edit->setPlaceholderText(tr("Filter, for example: type:failed,cancelled since:2h \"connection timeout\""));
    m_edit->setToolTip(tr("type: actor: proposal: id: since: before: time: data.key: or words; - before a term means "
                          "not. Ctrl+Space proposes, Ctrl+F comes here, Esc clears."));
    m_edit->setClearButtonEnabled(true);
    if (auto *clear = m_edit->findChild<QToolButton *>())
        clear->setAccessibleName(tr("Clear the filter"));
    m_edit->installEventFilter(this);
    m_completer = new FilterCompleter(m_edit, this); // hears of keys before this does

    m_error->setObjectName(QStringLiteral("auditFilterError"));
    m_error->setTextFormat(Qt::PlainText);
    m_error->setWordWrap(true);
    m_error->setAccessibleName(tr("What is wrong with the filter"));
    m_error->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(Theme::kGrid / 2);
    layout->addWidget(m_edit);
    layout->addWidget(m_error);

    m_pause.setSingleShot(true);
    m_pause.setInterval(200ms);
    connect(&m_pause, &QTimer::timeout, this, [this] { readText(false); });
    connect(m_edit, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_pause.start();
        emit textChanged(text);
    });
    connect(m_edit, &QLineEdit::returnPressed, this, [this] { readText(true); });
    setFocusProxy(m_edit);
}

QString AuditFilterBar::text() const
{
    return m_edit->text();
}

void AuditFilterBar::setText(const QString &text)
{
    m_edit->setText(text);
    readText(false);
}

void AuditFilterBar::focusEdit()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void AuditFilterBar::toggleTerm(const QString &term)
{
    setText(FilterText::toggled(m_edit->text(), term));
}

void AuditFilterBar::setVocabulary(const AuditVocabulary &vocabulary)
{
    m_completer->setVocabulary(vocabulary);
}

void AuditFilterBar::askFor(const QString &text)
{
    m_edit->setText(text);
    readText(true);
}

void AuditFilterBar::readText(bool isAskedFor)
{
    m_pause.stop();
    try {
        const AuditFilter filter = AuditFilter::parse(m_edit->text(), QDateTime::currentDateTimeUtc());
        clearError();
        // A relative time has moved on since: that alone is no other filter, unless somebody asks.
        if (!isAskedFor && m_hasFilter && filter.text().trimmed() == m_filter.text().trimmed())
            return;
        m_filter = filter;
        m_hasFilter = true;
        emit filterChosen(filter);
        if (isAskedFor)
            emit askedFor(m_edit->text());
    } catch (const FilterError &error) {
        showError(error);
    }
}

void AuditFilterBar::showError(const FilterError &error)
{
    const qsizetype size = m_edit->text().size();
    const qsizetype position = std::clamp<qsizetype>(error.position(), 0, std::max<qsizetype>(0, size - 1));
    const qsizetype length = std::clamp<qsizetype>(error.length(), 1, std::max<qsizetype>(1, size - position));
    m_edit->markError(position, length);
    m_edit->setAccessibleDescription(error.message());
    m_error->setText(QStringLiteral("\u26A0 ") + error.message());
    m_error->show();
}

void AuditFilterBar::clearError()
{
    m_edit->markError(0, 0);
    m_edit->setAccessibleDescription({});
    m_error->clear();
    m_error->hide();
}

bool AuditFilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress && onKey(static_cast<QKeyEvent *>(event)->key()))
        return true;
    return QWidget::eventFilter(watched, event);
}

bool AuditFilterBar::onKey(int key)
{
    if (key == Qt::Key_Down) {
        emit leaveRequested();
        return true;
    }
    if (key != Qt::Key_Escape)
        return false;
    bool wasCancelled = false;
    emit cancelRequested(&wasCancelled);
    if (wasCancelled)
        return true;
    if (m_edit->text().isEmpty())
        emit leaveRequested();
    else
        setText({});
    return true;
}

} // namespace andon
