// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/ReceiptRow.h"

#include "ui/ElidedLabel.h"
#include "ui/Theme.h"

#include <QEvent>
#include <QGridLayout>

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

ReceiptRow::ReceiptRow(QWidget *parent)
    : QWidget(parent)
    , m_mark(new OutcomeMark(this))
    , m_name(new ElidedLabel(this))
    , m_figure(newLabel(this, false))
    , m_sentence(newLabel(this, true))
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(Theme::kGrid);
    grid->setVerticalSpacing(0);
    grid->setColumnStretch(1, 1);
    grid->addWidget(m_mark, 0, 0, Qt::AlignVCenter);
    grid->addWidget(m_name, 0, 1);
    grid->addWidget(m_figure, 0, 2, Qt::AlignRight | Qt::AlignVCenter);
    grid->addWidget(m_sentence, 1, 1, 1, 2);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long word must not widen the column
    policy.setHeightForWidth(true);
    m_sentence->setSizePolicy(policy);
    m_sentence->hide();
    applyTheme();
}

void ReceiptRow::show(Outcome outcome, const QString &name, const QString &figure, const QString &sentence)
{
    m_mark->setOutcome(outcome);
    m_name->setText(name);
    m_figure->setText(figure);
    m_figure->setVisible(!figure.isEmpty());
    m_sentence->setAccessibleName(sentence);
    setSentence(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
}

void ReceiptRow::setSentence(const QString &sentence)
{
    if (m_sentence->text() != sentence)
        m_sentence->setText(sentence);
}

void ReceiptRow::setStrong(bool isStrong)
{
    if (m_isStrong == isStrong)
        return;
    m_isStrong = isStrong;
    applyTheme();
}

QString ReceiptRow::name() const
{
    return m_name->text();
}

QString ReceiptRow::sentence() const
{
    return m_sentence->text();
}

void ReceiptRow::applyTheme()
{
    const QFont small = Theme::smallFont(font());
    m_name->setFont(small);
    m_figure->setFont(Theme::figuresFont(small));
    m_sentence->setFont(m_isStrong ? Theme::boldFont(small) : small);
    m_mark->setSide(fontMetrics().height() + Theme::kGrid / 4); // a sign in it must be legible
}

void ReceiptRow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

} // namespace andon
