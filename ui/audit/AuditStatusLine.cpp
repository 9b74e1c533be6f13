// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/AuditStatusLine.h"

#include "ui/Counted.h"
#include "ui/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <chrono>

namespace andon {

using namespace std::chrono_literals;

AuditStatusLine::AuditStatusLine(QWidget *parent)
    : QWidget(parent)
    , m_count(new QLabel(this))
    , m_notice(new QLabel(this))
    , m_cancel(new QToolButton(this))
    , m_retry(new QToolButton(this))
    , m_unseen(new QPushButton(this))
    , m_layout(new QHBoxLayout(this))
{
    m_count->setObjectName(QStringLiteral("auditCountLabel"));
    m_count->setAccessibleName(tr("Number of events"));
    m_notice->setObjectName(QStringLiteral("auditNotice"));
    m_notice->setTextFormat(Qt::PlainText);
    m_notice->setAccessibleName(tr("State of the search"));
    m_notice->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long sentence must not widen the window
    m_cancel->setObjectName(QStringLiteral("searchCancelButton"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAccessibleName(tr("Cancel the search"));
    m_retry->setObjectName(QStringLiteral("searchRetryButton"));
    m_retry->setText(tr("Retry"));
    m_retry->setAccessibleName(tr("Read the log again"));
    m_unseen->setObjectName(QStringLiteral("auditNewButton"));

    m_layout->setContentsMargins({});
    m_layout->setSpacing(Theme::kGrid * 2);
    m_layout->addWidget(m_count);
    m_layout->addWidget(m_notice, 1);
    m_layout->addWidget(m_cancel);
    m_layout->addWidget(m_retry);
    m_layout->addWidget(m_unseen);
    // The line keeps its height when buttons come and go.
    setMinimumHeight(m_unseen->sizeHint().height());

    m_delay.setSingleShot(true);
    m_delay.setInterval(150ms);
    connect(&m_delay, &QTimer::timeout, this, &AuditStatusLine::showNow);
    connect(m_cancel, &QToolButton::clicked, this, &AuditStatusLine::cancelRequested);
    connect(m_retry, &QToolButton::clicked, this, &AuditStatusLine::retryRequested);
    connect(m_unseen, &QPushButton::clicked, this, &AuditStatusLine::newestRequested);
    setUnseen(0, false);
    showNow();
}

void AuditStatusLine::addBadge(QWidget *badge)
{
    m_badge = badge;
    m_layout->addWidget(badge);
    setMinimumHeight(std::max(minimumHeight(), badge->sizeHint().height()));
    fitBadge();
}

void AuditStatusLine::fitBadge()
{
    if (m_badge == nullptr)
        return;
    const bool isAlone = m_notice->text().isEmpty();
    m_badge->setMaximumWidth(isAlone ? QWIDGETSIZE_MAX : std::max(m_badge->minimumSizeHint().width(), width() / 3));
}

void AuditStatusLine::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitBadge();
}

void AuditStatusLine::setCount(qint64 found, bool isExact)
{
    const QString number = counted(found, tr("1 event"), tr("%1 events"));
    m_count->setText(isExact ? number : QStringLiteral("\u2265 ") + number);
    m_count->setToolTip(isExact ? QString() : tr("At least so many; the exact number is not known."));
}

void AuditStatusLine::clearCount()
{
    m_count->clear();
}

void AuditStatusLine::setSearching(bool isSearching)
{
    if (m_isSearching == isSearching)
        return;
    m_isSearching = isSearching;
    m_progress.clear();
    if (isSearching) {
        m_delay.start();
    } else {
        m_delay.stop();
        showNow();
    }
}

void AuditStatusLine::setProgress(double share, qint64 idsASecond, qint64 secondsLeft)
{
    QStringList parts;
    if (share >= 0)
        parts << tr("%1 %").arg(int(share * 100));
    if (idsASecond > 0)
        parts << tr("%1 events a second").arg(QLocale().toString(idsASecond));
    if (secondsLeft >= 0)
        parts << (secondsLeft < 120 ? tr("%1 s left").arg(secondsLeft) : tr("%1 min left").arg(secondsLeft / 60));
    m_progress = parts.join(QStringLiteral(" \u00B7 "));
    if (!m_delay.isActive())
        showNow();
}

void AuditStatusLine::setNotice(const QString &sentence, bool canRetry)
{
    m_sentence = sentence;
    m_canRetry = canRetry;
    showNow();
}

void AuditStatusLine::showNow()
{
    const bool isBusy = m_isSearching && !m_delay.isActive();
    QString text = m_sentence;
    if (isBusy) {
        text = m_progress.isEmpty() ? tr("Searching\u2026  Esc cancels")
                                    : tr("Searching\u2026 %1  Esc cancels").arg(m_progress);
    }
    m_notice->setText(text);
    m_notice->setToolTip(isBusy ? QString() : text.toHtmlEscaped());
    m_cancel->setVisible(isBusy);
    m_retry->setVisible(!isBusy && m_canRetry && !m_sentence.isEmpty());
    fitBadge();
}

void AuditStatusLine::setUnseen(qint64 count, bool isAtLeast)
{
    m_unseen->setVisible(count > 0);
    const QString number = QLocale().toString(count);
    m_unseen->setText(isAtLeast ? tr("\u2265 %1 new \u2191").arg(number) : tr("%1 new \u2191").arg(number));
    m_unseen->setAccessibleName(tr("Show the newest events: %1 are new").arg(number));
}

} // namespace andon
