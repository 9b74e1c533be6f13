// SPDX-License-Identifier: Apache-2.0
#include "ui/safety/StateBanner.h"

#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/safety/StateShape.h"

#include <QAccessible>
#include <QBoxLayout>
#include <QEvent>
#include <QLabel>
#include <QPainter>

namespace andon {

namespace {

constexpr int kShape = 5 * Theme::kGrid;
constexpr int kMargin = 2 * Theme::kGrid;
// A reason or a problem may be a page long: the banner must not push the kill switch off the screen.
constexpr int kLongestText = 120;

QString shortened(const QString &text)
{
    const QString line = text.simplified();
    return line.size() <= kLongestText ? line : line.left(kLongestText - 2) + QStringLiteral(" …");
}

QLabel *addLabel(QBoxLayout *layout, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    layout->addWidget(label);
    return label;
}

} // namespace

StateBanner::StateBanner(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("stateBanner"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    column->setSpacing(Theme::kGrid / 2);

    auto *headline = new QHBoxLayout;
    headline->setContentsMargins(kShape + Theme::kGrid + Theme::kGrid / 2, 0, 0, 0);
    m_word = addLabel(headline, this);
    m_word->setObjectName(QStringLiteral("stateWord"));
    m_word->setMinimumHeight(kShape);
    m_word->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    column->addLayout(headline);
    column->addSpacing(Theme::kGrid / 2);

    m_explanation = addLabel(column, this);
    m_since = addLabel(column, this);
    m_reason = addLabel(column, this);
    m_readOnly = addLabel(column, this);
    m_readOnly->setText(tr("Reviewer's view: nothing can be changed here."));
    m_readOnly->hide();

    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    applyTheme();
    showTexts();
}

void StateBanner::setState(const ShownState &state)
{
    if (m_state == state)
        return;
    const bool isOtherKind = m_state.kind != state.kind;
    m_state = state;
    if (isOtherKind)
        applyTheme();
    showTexts();
    announce();
}

void StateBanner::setReadOnly(bool isReadOnly)
{
    m_readOnly->setVisible(isReadOnly);
    showTexts();
}

void StateBanner::showTexts()
{
    const auto show = [](QLabel *label, const QString &text) {
        label->setText(shortened(text));
        label->setToolTip(label->text() == text ? QString() : plainTip(text));
        label->setVisible(!text.isEmpty());
    };
    m_word->setText(m_state.word());
    show(m_explanation, m_state.explanation());
    show(m_since, m_state.sinceAndBy());
    show(m_reason, m_state.reason);

    setAccessibleName(tr("Safety state: %1").arg(m_state.word()));
    QString description = m_state.description();
    if (!m_readOnly->isHidden())
        description += u' ' + m_readOnly->text();
    setAccessibleDescription(description);
    update();
}

void StateBanner::announce()
{
    QAccessibleEvent name(this, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&name);
    QAccessibleEvent description(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&description);
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void StateBanner::applyTheme()
{
    const QColor ink = Theme::of(this).state(m_state.kind).text;
    for (QLabel *label : {m_word, m_explanation, m_since, m_reason, m_readOnly}) {
        QPalette palette = label->palette();
        if (palette.color(QPalette::WindowText) != ink) {
            palette.setColor(QPalette::WindowText, ink);
            label->setPalette(palette);
        }
    }
    m_word->setFont(Theme::stateFont(font()));
    m_explanation->setFont(Theme::boldFont(font()));
    m_since->setFont(Theme::figuresFont(font()));
    m_readOnly->setFont(Theme::boldFont(font()));
    update();
}

void StateBanner::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
    QWidget::changeEvent(event);
}

void StateBanner::paintEvent(QPaintEvent *)
{
    const Theme::StateColors colors = Theme::of(this).state(m_state.kind);
    QPainter painter(this);
    painter.fillRect(rect(), colors.ground);
    if (colors.hatch.isValid()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colors.hatch, Theme::kGrid / 2.0));
        for (int x = -height(); x < width(); x += 2 * Theme::kGrid)
            painter.drawLine(x, height(), x + height(), 0);
    }
    if (colors.hasDashedEdge) {
        painter.setPen(QPen(colors.text, 3, Qt::DashLine, Qt::FlatCap, Qt::MiterJoin));
        painter.drawRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5));
    }
    const int top = m_word->y() + (m_word->height() - kShape) / 2;
    paintStateShape(painter, QRectF(kMargin, top, kShape, kShape), m_state.kind, colors.text);
}

} // namespace andon
