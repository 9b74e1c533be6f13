// SPDX-License-Identifier: Apache-2.0
#include "ui/audit/seal/SealBadge.h"

#include "ui/PlainTip.h"
#include "ui/Theme.h"
#include "ui/audit/seal/SealKnowledge.h"

#include <QKeyEvent>
#include <QPainter>

namespace andon {

namespace {

constexpr int kMargin = Theme::kGrid / 2;

} // namespace

SealBadge::SealBadge(QWidget *parent)
    : QAbstractButton(parent)
{
    setObjectName(QStringLiteral("sealBadge"));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setSummary(SealSummary::of({}, Qt::LocalTime));
}

void SealBadge::setSummary(const SealSummary &summary)
{
    const bool isLonger = summary.forms != m_summary.forms;
    m_summary = summary;
    const QString words = summary.forms.value(0);
    setAccessibleName(tr("Seals of the audit log: %1").arg(words));
    setAccessibleDescription(tr("Opens the verification"));
    setToolTip(plainTip(words + u'\n' + summary.meaning));
    if (isLonger)
        updateGeometry();
    update();
}

QFont SealBadge::lettering() const
{
    return m_summary.mark == SealMark::Alarm ? Theme::boldFont(font()) : font();
}

int SealBadge::markSide() const
{
    return fontMetrics().height();
}

QSize SealBadge::sizeFor(const QString &form) const
{
    const QFontMetrics letters(lettering());
    return {markSide() + letters.horizontalAdvance(form) + 4 * kMargin, letters.height() + 2 * kMargin};
}

QSize SealBadge::sizeHint() const
{
    return sizeFor(m_summary.forms.value(0));
}

QSize SealBadge::minimumSizeHint() const
{
    return sizeFor(m_summary.forms.isEmpty() ? QString() : m_summary.forms.constLast());
}

QString SealBadge::shownText() const
{
    for (const QString &form : m_summary.forms) {
        if (sizeFor(form).width() <= width())
            return form;
    }
    return m_summary.forms.isEmpty() ? QString() : m_summary.forms.constLast();
}

void SealBadge::paintEvent(QPaintEvent *)
{
    const Theme theme = Theme::of(this);
    const bool isAlarm = m_summary.mark == SealMark::Alarm;
    const Theme::StateColors alarm = theme.state(ShownState::Kind::Stopped);
    const QColor ground = isAlarm ? alarm.ground : palette().color(QPalette::Window);
    const QColor ink = isAlarm ? alarm.text : palette().color(QPalette::WindowText);

    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF edge = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    if (isAlarm) {
        painter.fillRect(rect(), ground);
    } else {
        painter.setPen(underMouse() || isDown() ? theme.quietText() : theme.line());
        painter.drawRoundedRect(edge, kMargin, kMargin);
    }
    const int side = markSide();
    const QRectF square = QRectF(kMargin, (height() - side) / 2.0, side, side).adjusted(1, 1, -1, -1);
    if (isAlarm)
        paintSeal(painter, square, m_summary.mark, ink, ground);
    else
        paintSeal(painter, square, m_summary.mark, theme, m_summary.share);

    painter.setFont(lettering());
    painter.setPen(ink);
    const QRect room = rect().adjusted(side + 2 * kMargin, 0, -kMargin, 0);
    const QString words = QFontMetrics(lettering()).elidedText(shownText(), Qt::ElideRight, room.width());
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, words);
    if (hasFocus())
        Theme::paintFocusRing(painter, edge, ground);
}

void SealBadge::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void SealBadge::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        updateGeometry();
    QAbstractButton::changeEvent(event);
}

} // namespace andon
