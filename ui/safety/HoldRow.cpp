// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/HoldRow.h"

#include "ui/ElidedLabel.h"
#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/audit/EventText.h"
#include "ui/safety/OutcomeMark.h"
#include "ui/safety/ShownScope.h"
#include "ui/safety/ShownState.h"

#include <QEvent>
#include <QGridLayout>
#include <QPainter>
#include <QPushButton>

namespace andon {

namespace {

constexpr int kBar = Theme::kGrid / 2;
constexpr qsizetype kLongestReason = 60;

} // namespace

HoldRow::HoldRow(QWidget *parent)
    : QWidget(parent)
    , m_mark(new OutcomeMark(this))
    , m_word(new QLabel(tr("HELD"), this))
    , m_what(new ElidedLabel(this))
    , m_facts(new QLabel(this))
    , m_reset(new QPushButton(tr("Reset …"), this))
{
    setObjectName(QStringLiteral("holdRow"));
    m_mark->setOutcome(Outcome::Held);
    m_what->setObjectName(QStringLiteral("holdWhat"));
    m_facts->setObjectName(QStringLiteral("holdFacts"));
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setWordWrap(true);
    m_reset->setObjectName(QStringLiteral("resetHoldButton"));
    m_reset->setAutoDefault(false);
    m_reset->setMinimumHeight(4 * Theme::kGrid);
    connect(m_reset, &QPushButton::clicked, this, [this] { emit resetDemanded(m_stop); });

    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(2 * Theme::kGrid, Theme::kGrid / 2, Theme::kGrid, Theme::kGrid / 2);
    grid->setHorizontalSpacing(Theme::kGrid);
    grid->setVerticalSpacing(0);
    grid->setColumnStretch(2, 1);
    grid->addWidget(m_mark, 0, 0, Qt::AlignVCenter);
    grid->addWidget(m_word, 0, 1);
    grid->addWidget(m_what, 0, 2, 1, 2);
    grid->addWidget(m_facts, 1, 0, 1, 3, Qt::AlignTop);
    grid->addWidget(m_reset, 1, 3, Qt::AlignRight | Qt::AlignBottom);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long word must not widen the column
    policy.setHeightForWidth(true);
    m_facts->setSizePolicy(policy);
    applyTheme();
}

void HoldRow::setHold(const Hold &hold)
{
    m_stop = hold.stopId;
    const QString what = shownScope(hold.scope);
    const QString since = hold.at.isValid() ? tr("since %1 by %2").arg(shownMoment(hold.at), hold.by)
                                            : tr("by %1").arg(hold.by);
    m_what->setText(what);
    m_facts->setText(hold.reason.isEmpty()
                         ? since
                         : tr("%1 – %2").arg(since, EventText::visible(hold.reason.simplified(), kLongestReason)));
    const QString whole = tr("Stop %1: %2 held %3").arg(hold.stopId.toString(), what, since);
    setAccessibleName(whole);
    setAccessibleDescription(hold.reason);
    setToolTip(plainTip(whole + u'\n' + EventText::visibleLines(hold.reason)));
    m_reset->setAccessibleName(tr("Reset stop %1: %2").arg(hold.stopId.toString(), what));
}

void HoldRow::setReadOnly(bool isReadOnly)
{
    m_reset->setVisible(!isReadOnly);
}

void HoldRow::applyTheme()
{
    m_word->setFont(Theme::boldFont(font()));
    m_what->setFont(Theme::boldFont(font()));
    m_facts->setFont(Theme::smallFont(font()));
    m_mark->setSide(fontMetrics().height() + Theme::kGrid / 4);
    update();
}

void HoldRow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

void HoldRow::paintEvent(QPaintEvent *)
{
    const Theme theme = Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.fillRect(QRect(0, 0, kBar, height()), theme.caution());
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line());
}

} // namespace andon
