// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/StopReceiptView.h"

#include "ui/Theme.h"
#include "ui/safety/ShownState.h"

#include <QAccessible>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>

namespace andon {

namespace {

QLabel *newLabel(QWidget *parent, bool wraps)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(wraps);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

StopReceiptView::StopReceiptView(QWidget *parent)
    : QWidget(parent)
    , m_title(newLabel(this, true))
    , m_origin(newLabel(this, true))
    , m_running(newLabel(this, true))
    , m_trouble(newLabel(this, true))
{
    setObjectName(QStringLiteral("receiptView"));
    setAccessibleName(tr("Last stop"));
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(Theme::kGrid);
    grid->setVerticalSpacing(Theme::kGrid / 2);
    grid->setColumnStretch(0, 1);
    grid->addWidget(m_title, 0, 0, 1, 2);
    grid->addWidget(m_origin, 1, 0, 1, 2);
    int row = 2;
    for (Step *step : {&m_permit, &m_gate, &m_sweep}) {
        *step = {newLabel(this, true), newLabel(this, false)};
        step->time->setAlignment(Qt::AlignRight | Qt::AlignTop);
        grid->addWidget(step->text, row, 0);
        grid->addWidget(step->time, row, 1);
        ++row;
    }
    grid->addWidget(m_running, row++, 0, 1, 2);
    grid->addWidget(m_trouble, row, 0, 1, 2);
    m_title->setText(tr("No stop has been pressed yet."));
    for (QLabel *label : {m_origin, m_running, m_trouble})
        label->hide();
    applyTheme();
}

void StopReceiptView::setReceipt(const StopReceipt &receipt)
{
    const bool isCommitted = receipt.stage != StopReceipt::Stage::Requested;
    const bool isCompleted = receipt.stage == StopReceipt::Stage::Completed;
    const QLocale locale;
    m_title->setText(receipt.stopId.isValid() ? tr("Stop %1").arg(receipt.stopId.toString())
                                              : tr("Stop, not yet recorded"));
    m_origin->setText(tr("%1 by %2").arg(shownMoment(receipt.requestedAt), receipt.by));
    m_origin->setVisible(receipt.requestedAt.isValid());

    // Once it is recorded the permit is gone, also where another program carried the stop out, unmeasured.
    show(m_permit, tr("permit taken away"), receipt.permitRevokedUs, receipt.permitRevokedUs || isCommitted);
    show(m_gate, isCommitted ? tr("gate recorded") : tr("gate not recorded yet"), receipt.committedUs, isCommitted);
    const QString cancelled = tr("%1 cancelled").arg(locale.toString(receipt.cancelledCount));
    show(m_sweep, isCompleted ? tr("%1, done").arg(cancelled) : tr("%1 so far").arg(cancelled), receipt.completedUs,
         isCompleted);

    m_running->setText(tr("%1 running at that moment, %2 confirmed stopped")
                           .arg(locale.toString(receipt.running), locale.toString(receipt.stopped)));
    m_running->setVisible(receipt.running > 0);
    m_trouble->setText(receipt.trouble);
    m_trouble->setVisible(!receipt.trouble.isEmpty());

    QString description = m_title->text() + QStringLiteral(": ") + summary(receipt);
    for (const QLabel *label : {m_running, m_trouble}) {
        if (!label->isHidden())
            description += QStringLiteral(". ") + label->text();
    }
    setAccessibleDescription(description);
    setToolTip(summary(receipt));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void StopReceiptView::show(const Step &step, const QString &text, const std::optional<qint64> &microseconds,
                           bool isReached)
{
    step.text->setText((isReached ? QStringLiteral("\u25CF ") : QStringLiteral("\u25CB ")) + text);
    step.time->setText(microseconds ? duration(*microseconds) : QString());
}

QString StopReceiptView::summary(const StopReceipt &receipt)
{
    QStringList parts;
    if (receipt.permitRevokedUs)
        parts << tr("permit %1").arg(duration(*receipt.permitRevokedUs));
    if (receipt.committedUs)
        parts << tr("gate %1").arg(duration(*receipt.committedUs));
    else if (receipt.stage == StopReceipt::Stage::Requested)
        parts << tr("not yet recorded");
    if (receipt.stage == StopReceipt::Stage::Completed) {
        const QLocale locale;
        parts << (receipt.completedUs
                      ? tr("%1 cancelled, done %2")
                            .arg(locale.toString(receipt.cancelledCount), duration(*receipt.completedUs))
                      : tr("%1 cancelled, done").arg(locale.toString(receipt.cancelledCount)));
    }
    return parts.join(QStringLiteral(" · "));
}

QString StopReceiptView::duration(qint64 microseconds)
{
    const QLocale locale;
    const double ms = static_cast<double>(microseconds) / 1000.0;
    if (ms < 9.95)
        return tr("%1 ms").arg(locale.toString(ms, 'f', 1));
    if (ms < 9999.5)
        return tr("%1 ms").arg(locale.toString(ms, 'f', 0));
    return tr("%1 s").arg(locale.toString(ms / 1000.0, 'f', 1));
}

void StopReceiptView::applyTheme()
{
    m_title->setFont(Theme::boldFont(font()));
    const QFont small = Theme::smallFont(font());
    for (QLabel *label : {m_origin, m_permit.text, m_gate.text, m_sweep.text, m_running})
        label->setFont(small);
    for (QLabel *label : {m_permit.time, m_gate.time, m_sweep.time})
        label->setFont(Theme::figuresFont(small));
    m_trouble->setFont(Theme::boldFont(small));
}

void StopReceiptView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

} // namespace andon
